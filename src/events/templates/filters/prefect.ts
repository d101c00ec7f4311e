/** The reference's own filters: links into the UI, the flow run that a text names. */
import { Markup } from '../containers.ts'
import { isTrue } from '../converting.ts'
import { Instant } from '../dates.ts'
import { type Environment, type Filter, filter } from '../environment.ts'
import { Labels, Model } from '../models.ts'
import { str } from '../printing.ts'
import { typeError, typeName, type Value, valueError } from '../values.ts'

const none: Value = null

/** Where the UI shows objects; the reference knows no page of deployments and limits as templates get them. */
const pagesOfModels: Readonly<Record<string, string>> = {
  Flow: 'flows/flow/',
  FlowRunResponse: 'runs/flow-run/',
  TaskRun: 'runs/task-run/',
  WorkPool: 'work-pools/work-pool/',
  WorkQueueWithStatus: 'work-queues/work-queue/',
  Automation: 'automations/automation/',
}
/** Names that the reference takes for kinds of objects. */
const pages: Readonly<Record<string, true>> = Object.fromEntries(
  'flow flow-run flow-run-response task-run block block-document work-pool work-queue concurrency-limit deployment automation received-event worker'
    .split(' ')
    .map((name) => [name, true]),
)

/** Kinds whose events have a page; the deployment and the flow run that templates get are not among them. */
const kindsWithEvents: Readonly<Record<string, string>> = {
  Flow: 'flow',
  TaskRun: 'task-run',
  WorkPool: 'work-pool',
  WorkQueueWithStatus: 'work-queue',
  Automation: 'automation',
}

export const prefectFilters: Readonly<Record<string, Filter>> = {
  ui_url: filter('ui_url', ['obj'], ([value = none], environment) => uiUrl(value, environment), 1),
  ui_resource_events_url: filter(
    'ui_resource_events_url',
    ['obj'],
    ([value = none], { uiUrl: base }) => {
      const resource = resourceOf(value)
      return resource === null ? null : joined(base ?? '', `events?resource=${resource}`)
    },
    1,
  ),
  flow_run_id: filter('flow_run_id', ['text'], ([text = none]) => {
    if (!isTrue(text)) return null
    if (typeof text !== 'string' && !(text instanceof Markup))
      throw typeError(`expected string or bytes-like object, got '${typeName(text)}'`)
    return /flow-run\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/.exec(str(text))?.[1] ?? null
  }),
}

function uiUrl(value: Value, { uiUrl: base }: Environment): Value {
  const page = pageOf(value)
  if (base === null || page === null) return null
  return joined(base.endsWith('/') ? base : `${base}/`, page)
}

function pageOf(value: Value): string | null {
  if (typeof value === 'string' && Object.hasOwn(pages, value))
    throw valueError('If passing an object name, you must also provide an object ID.')
  if (!(value instanceof Model)) return null
  const id = str(value.attribute(value.typeName === 'WorkPool' ? 'name' : 'id') ?? '')
  if (value.typeName === 'ReceivedEvent') {
    const occurred = value.attribute('occurred')
    return `events/event/${occurred instanceof Instant ? occurred.timestamp.text.slice(0, 10) : ''}/${id}`
  }
  const page = Object.hasOwn(pagesOfModels, value.typeName) ? pagesOfModels[value.typeName] : undefined
  return page === undefined ? null : page + id
}

function resourceOf(value: Value): string | null {
  if (value instanceof Labels) {
    const id = str(value.labels.get('prefect.resource.id') ?? '')
    return id.includes('.') ? id : `.${id}`
  }
  const kind = value instanceof Model && Object.hasOwn(kindsWithEvents, value.typeName) ? kindsWithEvents[value.typeName] : undefined
  if (!(value instanceof Model) || kind === undefined) return null
  return `prefect.${kind}.${str(value.attribute('id') ?? '')}`
}

/** As urljoin: the last part of the base's path is replaced. */
function joined(base: string, path: string): string {
  if (base === '') return path
  if (!URL.canParse(path, base)) throw valueError('Invalid URL')
  return (
    base
      .replace(/[?#].*$/, '')
      .replace(/(:\/\/[^/]+)\/?$|\/[^/]*$/, (_whole, authority?: string) => (authority === undefined ? '/' : `${authority}/`)) + path
  )
}
