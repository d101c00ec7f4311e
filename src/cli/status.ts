/** `prefect-server status`: whether a server answers, and whether it is ready. */
import type { Settings } from '../config/settings.ts'
import type { PodStatus } from './pod-status.ts'

const patienceMilliseconds = 5000

/** Asks a server; 0 when it is ready for requests, else 1. */
export async function showStatus(settings: Settings, options: { url: string | undefined; json: boolean }): Promise<number> {
  const url = (options.url ?? apiUrl(settings)).replace(/\/$/, '')
  const authorization = settings.get('PREFECT_API_AUTH_STRING') ?? settings.get('PREFECT_SERVER_API_AUTH_STRING')
  const headers: Record<string, string> =
    authorization === null ? {} : { authorization: `Basic ${Buffer.from(authorization).toString('base64')}` }
  const paths = ['/health', '/ready', '/admin/version', '/admin/pods']
  const [health, ready, version, pods] = await Promise.all(paths.map((path) => ask(`${url}${path}`, headers)))
  const status = {
    url,
    status: health?.ok !== true ? 'unreachable' : ready?.ok === true ? 'ready' : 'not ready',
    version: version?.ok === true ? version.body : null,
    pods: pods?.ok === true ? podsIn(pods.body) : [],
    problem: health?.problem ?? (ready?.ok === true ? null : (ready?.problem ?? `/ready answers ${ready?.status}`)),
  }
  const sentence = `${url} is ${status.status}${status.version === null ? '' : `, version ${status.version}`}${status.problem === null ? '' : `: ${status.problem}`}`
  process.stdout.write(`${options.json ? JSON.stringify(status) : [sentence, ...status.pods.map(podLine)].join('\n')}\n`)
  return status.status === 'ready' ? 0 : 1
}

/** The API that the settings speak of: a client's address, or this machine's server. */
function apiUrl(settings: Settings): string {
  const remote = settings.get('PREFECT_API_URL')
  if (remote) return remote
  const host = settings.get('PREFECT_SERVER_API_HOST').replace(/^(0\.0\.0\.0|::)$/, '127.0.0.1')
  const address = host.includes(':') ? `[${host}]` : host
  return `http://${address}:${settings.get('PREFECT_SERVER_API_PORT')}${settings.get('PREFECT_SERVER_API_BASE_PATH') ?? '/api'}`
}

/** The pods of an answer; the reference has no such path, and its answer none. */
function podsIn(body: unknown): PodStatus[] {
  return typeof body === 'object' && body !== null && 'pods' in body && Array.isArray(body.pods) ? body.pods : []
}

function podLine({ host, pid, api, services, broker, database }: PodStatus): string {
  const role = services === null ? 'no services' : `${services.role}${services.term === null ? '' : `, term ${services.term}`}`
  const failing = (services?.loops ?? []).filter((loop) => loop.last_error !== null)
  const parts = [
    api === null ? 'no API' : `API ${api.ready ? 'ready' : 'not ready'}, ${api.requests} requests under way, ${api.websockets} websockets`,
    role,
    `broker ${broker.backend} ${broker.connected ? 'connected' : 'away'}`,
    `database ${database.backend}, ${database.waiting} waiting, ${database.running} running`,
    ...failing.map((loop) => `${loop.name} fails: ${loop.last_error}`),
  ]
  return `  ${host}:${pid}  ${parts.join('; ')}`
}

interface Answer {
  ok: boolean
  status: number | null
  body: unknown
  problem: string | null
}

async function ask(url: string, headers: Record<string, string>): Promise<Answer> {
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(patienceMilliseconds) })
    const body: unknown = await response.json()
    return { ok: response.ok, status: response.status, body, problem: response.ok ? null : `${url} answers ${response.status}` }
  } catch (error) {
    return { ok: false, status: null, body: null, problem: reasonOf(error) }
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message
}
