/** What an action's templates are given: the event, the automation, the firing, and objects of the API. */
import { isJsonObject, isRawNumber, type Json, type JsonObject } from '../../values/json.ts'
import { Timestamp } from '../../values/timestamp.ts'
import { Dict, PythonSet, Tuple } from './containers.ts'
import { Instant, Span } from './dates.ts'
import { Labels, Model } from './models.ts'
import { repr } from './printing.ts'
import { Callable, PythonObject, type Value } from './values.ts'

/** JSON as Python reads it. */
export function fromJson(json: Json): Value {
  if (isRawNumber(json)) return /^-?\d+$/.test(json.rawJSON) ? BigInt(json.rawJSON) : Number(json.rawJSON)
  if (typeof json === 'number') return Number.isInteger(json) ? BigInt(json) : json
  if (Array.isArray(json)) return json.map(fromJson)
  if (isJsonObject(json)) return new Dict(Object.entries(json).map(([key, value]) => [key, fromJson(value)]))
  return json
}

/** An id: a text that Python shows otherwise. */
export class Identifier extends PythonObject {
  readonly typeName = 'UUID'
  readonly id: string
  constructor(id: string) {
    super()
    this.id = id
  }
  override attribute(name: string): Value | undefined {
    return name === 'hex' ? this.id.replaceAll('-', '') : undefined
  }
  override str(): string {
    return this.id
  }
  override repr(): string {
    return `UUID('${this.id}')`
  }
  override equals(other: Value): boolean {
    return other instanceof Identifier && other.id === this.id
  }
  override compare(other: Value): number | null {
    return other instanceof Identifier ? (this.id < other.id ? -1 : this.id > other.id ? 1 : 0) : null
  }
  override hashKey(): string {
    return `uuid:${this.id}`
  }
}

/** A member of one of the reference's enumerations: a text in all but its looks. */
export class Member extends PythonObject {
  readonly typeName: string
  readonly value: string
  readonly #name: string
  constructor(typeName: string, value: string, name = value) {
    super()
    this.typeName = typeName
    this.value = value
    this.#name = name
  }
  override attribute(name: string): Value | undefined {
    return name === 'value' ? this.value : name === 'name' ? this.#name : undefined
  }
  override repr(): string {
    return `${this.typeName}.${this.#name}`
  }
  override equals(other: Value): boolean {
    return other instanceof Member ? other.value === this.value : other === this.value
  }
  override hashKey(): string {
    return `text:${this.value}`
  }
}

type Reader = (json: Json) => Value
export type Fields = Readonly<Record<string, Reader>>

const optional =
  (read: Reader): Reader =>
  (json) =>
    json === null ? null : read(json)
const textual =
  (read: (text: string) => Value): Reader =>
  (json) =>
    typeof json === 'string' ? read(json) : fromJson(json)
const identifier = textual((text) => new Identifier(text))
const instant = textual((text) => new Instant(instantOf(text)))
const span: Reader = (json) =>
  typeof json === 'number'
    ? new Span(Math.round(json * 1_000_000))
    : isRawNumber(json)
      ? new Span(Number(json.rawJSON) * 1_000_000)
      : fromJson(json)
const member = (name: string): Reader => textual((text) => new Member(name, text))
const listOf =
  (read: Reader): Reader =>
  (json) =>
    Array.isArray(json) ? json.map(read) : fromJson(json)

const setOf =
  (read: Reader): Reader =>
  (json) =>
    Array.isArray(json) ? new PythonSet(json.map(read)) : fromJson(json)

function instantOf(text: string): Timestamp {
  const [, whole = '', fraction = ''] = /^([^.Z+]*)(?:\.(\d+))?/.exec(text) ?? []
  return Timestamp.fromCanonical(`${whole}.${fraction.padEnd(6, '0').slice(0, 6)}Z`)
}

/** The fields of the JSON, those that the table names read as it says. */
export function modelOf(name: string, fields: Fields, extra: (json: JsonObject) => Iterable<readonly [string, Value]> = () => []): Reader {
  return (json) => {
    if (!isJsonObject(json)) return fromJson(json)
    const values = Object.entries(json).map(([key, value]): [string, Value] => [key, optional(fields[key] ?? fromJson)(value)])
    return new Model(name, new Map(values), () => fromJson(json), new Map(extra(json)))
  }
}

const common = { id: identifier, created: instant, updated: instant }
const state = modelOf('State', { ...common, type: member('StateType'), timestamp: instant })
const run = {
  ...common,
  flow_id: identifier,
  deployment_id: identifier,
  work_queue_id: identifier,
  work_pool_id: identifier,
  parent_task_run_id: identifier,
  state_id: identifier,
  flow_run_id: identifier,
  state_type: member('StateType'),
  state,
  start_time: instant,
  end_time: instant,
  expected_start_time: instant,
  next_scheduled_start_time: instant,
  total_run_time: span,
  estimated_run_time: span,
  estimated_start_time_delta: span,
}

/** Objects of the API, as templates see them. */
export const apiObjects = {
  flow: modelOf('Flow', common),
  flow_run: modelOf('FlowRunResponse', run),
  task_run: modelOf('TaskRun', run),
  deployment: modelOf('DeploymentResponse', { ...common, flow_id: identifier, status: member('DeploymentStatus'), last_polled: instant }),
  work_pool: modelOf('WorkPool', { ...common, status: member('WorkPoolStatus'), default_queue_id: identifier }),
  work_queue: modelOf('WorkQueueWithStatus', {
    ...common,
    work_pool_id: identifier,
    last_polled: instant,
    status: member('WorkQueueStatus'),
  }),
  concurrency_limit: modelOf('ConcurrencyLimitV2', common),
} satisfies Record<string, Reader>

export type ApiObject = keyof typeof apiObjects

/** A resource of an event: a dict of labels, with its id, name and role as attributes. */
export function resource(labels: Json, typeName = 'Resource'): Value {
  const dict = fromJson(labels)
  if (!(dict instanceof Dict)) return dict
  const extra = new Map<string, Value>([
    ['root', dict],
    ['id', dict.get('prefect.resource.id') ?? null],
    ['name', dict.get('prefect.resource.name') ?? null],
    ['labels', labelDiver(dict)],
    ['get', new Callable('get', ([key = null, fallback = null]) => dict.get(key) ?? fallback, 'method')],
    ['keys', new Callable('keys', () => dict.entries.map(([key]) => key), 'method')],
    ['items', new Callable('items', () => dict.entries.map((entry) => new Tuple(entry)), 'method')],
    ...(typeName === 'RelatedResource' ? [['role', dict.get('prefect.resource.role') ?? null] as const] : []),
  ])
  return new Labels(typeName, dict, extra)
}

const related = listOf((json) => resource(json, 'RelatedResource'))

/** An event with what is derived from its resources. */
export function eventModel(uiUrl: string | null): Reader {
  return modelOf(
    'ReceivedEvent',
    { occurred: instant, received: instant, id: identifier, follows: identifier, resource: (json) => resource(json), related },
    (json) => {
      const resources = related(json.related ?? [])
      const all = Array.isArray(resources) ? resources : []
      const roles = Map.groupBy(all, (each) => (each instanceof Labels ? String(each.labels.get('prefect.resource.role')) : ''))
      const path = `events/event/${String(json.occurred).slice(0, 10)}/${json.id}`
      return [
        ['involved_resources', [resource(json.resource ?? null), ...all]],
        ['resource_in_role', new Dict([...roles].map(([role, [first = null]]) => [role, first]))],
        ['resources_in_role', new Dict([...roles])],
        ['url', uiUrl === null ? null : `${uiUrl.endsWith('/') ? uiUrl : `${uiUrl}/`}${path}`],
      ]
    },
  )
}

const trigger: Reader = (json) => {
  const type = isJsonObject(json) ? json.type : undefined
  const name = type === 'compound' ? 'CompoundTrigger' : type === 'sequence' ? 'SequenceTrigger' : 'EventTrigger'
  return modelOf(name, {
    id: identifier,
    posture: member('Posture'),
    within: span,
    after: setOf(fromJson),
    expect: setOf(fromJson),
    for_each: setOf(fromJson),
    triggers: listOf((each) => trigger(each)),
  })(json)
}

export const automationModel = modelOf('Automation', { ...common, trigger })

/** A firing of a trigger, with the firings that caused it. */
export function firingModel(uiUrl: string | null): Reader {
  const firing: Reader = (json) =>
    modelOf('Firing', {
      id: identifier,
      trigger,
      triggered: instant,
      trigger_states: setOf(member('TriggerState')),
      triggering_event: eventModel(uiUrl),
      triggering_firings: listOf((each) => firing(each)),
    })(json)
  return firing
}

/** Labels as a graph that attributes lead through: `labels.prefect.resource.id`. */
export function labelDiver(labels: Dict): LabelDiver {
  return new LabelDiver(
    labels.entries.map(([key, value]) => [String(key), value]),
    '',
  )
}

class LabelDiver extends PythonObject {
  readonly typeName = 'LabelDiver'
  readonly #labels: Dict
  readonly #divers: ReadonlyMap<string, LabelDiver>
  readonly #value: Value

  constructor(labels: readonly (readonly [string, Value])[], value: Value) {
    super()
    this.#labels = new Dict(labels)
    this.#value = value
    const [deeper, flat] = [new Map<string, (readonly [string, Value])[]>(), new Map<string, Value>()]
    for (const [key, label] of labels) {
      const dot = key.indexOf('.')
      if (dot < 0 || dot === key.length - 1) flat.set(dot < 0 ? key : key.slice(0, dot), label)
      else deeper.set(key.slice(0, dot), [...(deeper.get(key.slice(0, dot)) ?? []), [key.slice(dot + 1), label]])
    }
    const divers = new Map([...deeper].map(([head, within]) => [head, new LabelDiver(within, flat.get(head) ?? '')] as const))
    for (const [head, label] of flat) if (!deeper.has(head)) divers.set(head, new LabelDiver([], label))
    this.#divers = divers
  }
  override attribute(name: string): Value | undefined {
    return name.startsWith('_') ? undefined : this.#divers.get(name)
  }
  override item(key: Value): Value | undefined {
    return this.#labels.get(key)
  }
  override iterate(): Iterable<Value> {
    return this.#labels.entries.map((entry) => new Tuple(entry))
  }
  override length(): number {
    return this.#labels.length()
  }
  override str(): string {
    return String(this.#value ?? '')
  }
  override repr(): string {
    return `LabelDiver(divers=${repr(new Dict(this.#divers))}, value=${repr(this.#value)})`
  }
}
