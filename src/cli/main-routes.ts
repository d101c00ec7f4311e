/** Routes that need no database, answered on the main thread; readiness asks the storage actors. */
import type { Dispatcher, DispatchReply } from '../actors/dispatcher.ts'
import type { Settings } from '../config/settings.ts'
import { settingsAsJson } from '../config/settings-json.ts'
import type { MainRoute } from '../http/options.ts'
import { operations } from '../resources/index.ts'
import type { PodStatus } from './pod-status.ts'
import { apiVersion, referenceVersion } from './version.ts'

const encoder = new TextEncoder()
const stopping = { message: 'The server is stopping' }

/** Readiness does not wait longer than this for the database. */
const readinessMilliseconds = 5000

/** What the routes ask of their pod. */
export interface PodView {
  /** False as soon as the pod is to stop: load balancers then look elsewhere. */
  readonly serving: boolean
  readonly pods: readonly PodStatus[]
  /** Prometheus's text; undefined when the settings want no metrics. */
  readonly metrics: string | undefined
}

export function mainRoutes(settings: Settings, dispatcher: Dispatcher, pod: PodView): MainRoute[] {
  const constant = (path: string, body: unknown, checksApiVersion: boolean): MainRoute => ({
    methods: ['GET'],
    path,
    checksApiVersion,
    handle: () => json(200, body),
  })
  return [
    constant('/health', true, false),
    constant('/version', apiVersion, false),
    constant('/hello', '👋', true),
    constant('/admin/version', referenceVersion, true),
    constant('/admin/settings', settingsAsJson(settings), true),
    { methods: ['GET'], path: '/ready', checksApiVersion: true, handle: () => (pod.serving ? readiness(dispatcher) : json(503, stopping)) },
    ...(settings.get('PREFECT_SERVER_METRICS_ENABLED') ? [metricsRoute(pod)] : []),
    { methods: ['GET'], path: '/admin/pods', checksApiVersion: true, handle: () => json(200, { pods: pod.pods }) },
  ]
}

function json(status: number, body: unknown): DispatchReply {
  return { status, headers: [['content-type', 'application/json']], body: encoder.encode(JSON.stringify(body)) }
}

/** Where the reference has its metrics. */
function metricsRoute(pod: PodView): MainRoute {
  const headers = [['content-type', 'text/plain; version=0.0.4; charset=utf-8']] as const
  return { methods: ['GET'], path: '/metrics', handle: () => ({ status: 200, headers, body: encoder.encode(pod.metrics ?? '') }) }
}

/** Ready when a storage actor can read from the database. */
function readiness(dispatcher: Dispatcher): Promise<DispatchReply> {
  const operation = operations.findIndex(({ name }) => name === 'check_database')
  const unavailable = json(503, { message: 'Database is not available' })
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(unavailable), readinessMilliseconds)
    const request = { operation, params: [], query: '', headers: {}, body: new Uint8Array(0) }
    const pending = dispatcher.submit(request, ({ status }) => {
      clearTimeout(timer)
      resolve(status < 300 ? json(200, { message: 'OK' }) : unavailable)
    })
    if (pending !== undefined) return
    clearTimeout(timer)
    resolve(unavailable)
  })
}
