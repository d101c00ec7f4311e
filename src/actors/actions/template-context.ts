/** What an action's templates are given; objects of the API are read when a template names them. */

import { firstResourceOfKind, uuidOf } from '../../events/actions/involved.ts'
import type { TriggeredAction } from '../../events/automations/firing.ts'
import { Dict } from '../../events/templates/containers.ts'
import {
  type ApiObject,
  apiObjects,
  automationModel,
  eventModel,
  firingModel,
  fromJson,
  labelDiver,
} from '../../events/templates/context.ts'
import { namesInTemplates, type Value } from '../../events/templates/index.ts'
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../values/json.ts'
import type { Api } from './api.ts'

/** How each kind of object is read: its id is a parameter, or the filter's. */
const readers: Readonly<Record<ApiObject, readonly string[]>> = {
  deployment: ['GET /deployments/{id:uuid}'],
  flow: ['GET /flows/{id:uuid}'],
  flow_run: ['GET /flow_runs/{id:uuid}'],
  task_run: ['GET /task_runs/{id:uuid}'],
  work_pool: ['POST /work_pools/filter'],
  work_queue: ['GET /work_queues/{id:uuid}', 'GET /work_queues/{id:uuid}/status'],
  concurrency_limit: ['GET /v2/concurrency_limits/{id_or_name}'],
}
const objects = new Set<string>(Object.keys(readers))

export async function templateContext(
  api: Api,
  triggered: TriggeredAction,
  templates: readonly string[],
  uiUrl: string | null,
): Promise<Map<string, Value>> {
  const event = eventModel(uiUrl)
  const firing = firingModel(uiUrl)
  const json = asJson(triggered)
  const allFirings = firingsOf(json.firing ?? null)
  const labels = fromJson(json.triggering_labels ?? {})
  const context = new Map<string, Value>([
    ['automation', automationModel(json.automation ?? null)],
    ['event', json.triggering_event === null ? null : event(json.triggering_event ?? null)],
    ['labels', labelDiver(labels instanceof Dict ? labels : new Dict())],
    ['firing', json.firing === null ? null : firing(json.firing ?? null)],
    ['firings', allFirings.map(firing)],
    ['events', allFirings.flatMap(({ triggering_event: each }) => (each === null || each === undefined ? [] : [event(each)]))],
  ])
  if (triggered.triggering_event === null) return context
  for (const name of namesInTemplates(templates, new Set([...objects, 'variables']))) {
    context.set(
      name,
      name === 'variables'
        ? fromJson(Object.fromEntries(await workspaceVariables(api, null)))
        : await readObject(api, triggered, name as ApiObject),
    )
  }
  return context
}

/** As it was in the queue. */
function asJson(triggered: TriggeredAction): JsonObject {
  const json = parseJson(JSON.stringify(triggered))
  return isJsonObject(json) ? json : {}
}

function firingsOf(firing: Json): JsonObject[] {
  if (!isJsonObject(firing)) return []
  const { triggering_firings: children } = firing
  return [firing, ...(Array.isArray(children) ? children.flatMap(firingsOf) : [])]
}

async function readObject(api: Api, { triggering_event: event }: TriggeredAction, name: ApiObject): Promise<Value> {
  const kind = `prefect.${name.replaceAll('_', '-')}`
  const resource = event === null ? null : firstResourceOfKind(event, kind)
  const id = resource === null ? null : uuidOf(resource['prefect.resource.id'] ?? '', kind)
  if (resource === null || id === null) return null
  let found: JsonObject = {}
  for (const operation of readers[name]) {
    const isFilter = operation.startsWith('POST')
    const { status, body } = await api.ask(operation, isFilter ? [] : [id], isFilter ? { work_pools: { id: { any_: [id] } } } : undefined)
    const object = Array.isArray(body) ? (body[0] ?? null) : body
    if (status >= 300 || !isJsonObject(object)) return null
    found = { ...found, ...object }
  }
  return apiObjects[name](name === 'flow_run' || name === 'task_run' ? withStateOfEvent(found, resource) : found)
}

const stateLabels = ['prefect.state-message', 'prefect.state-name', 'prefect.state-timestamp', 'prefect.state-type'] as const

/** The run may have gone on meanwhile: the event tells the state that it is about. */
function withStateOfEvent(run: JsonObject, labels: Readonly<Record<string, string>>): JsonObject {
  const [message, name, timestamp, type] = stateLabels.map((label) => labels[label])
  if (message === undefined || name === undefined || timestamp === undefined || type === undefined) return run
  return { ...run, state: { ...(isJsonObject(run.state) ? run.state : {}), type, name, timestamp, message } }
}

const variablesAtOnce = 200
const mostVariables = 1000

/** The workspace's variables, or those of the names. */
export async function workspaceVariables(api: Api, names: readonly string[] | null): Promise<Map<string, Json>> {
  const variables = new Map<string, Json>()
  if (names !== null && names.length === 0) return variables
  const filter = names === null ? {} : { variables: { name: { any_: [...names] } } }
  for (let offset = 0; offset < mostVariables; offset += variablesAtOnce) {
    const { status, body } = await api.ask('POST /variables/filter', [], { ...filter, limit: variablesAtOnce, offset })
    if (status >= 300 || !Array.isArray(body)) throw new Error(`variables could not be read: ${status}`)
    for (const variable of body) if (isJsonObject(variable)) variables.set(String(variable.name), variable.value ?? null)
    if (body.length < variablesAtOnce) break
  }
  return variables
}
