/** `prefect-server status`: whether a server answers, and whether it is ready. */
import type { Settings } from '../config/settings.ts'

const patienceMilliseconds = 5000

/** Asks a server; 0 when it is ready for requests, else 1. */
export async function showStatus(settings: Settings, options: { url: string | undefined; json: boolean }): Promise<number> {
  const url = (options.url ?? apiUrl(settings)).replace(/\/$/, '')
  const authorization = settings.get('PREFECT_API_AUTH_STRING') ?? settings.get('PREFECT_SERVER_API_AUTH_STRING')
  const headers: Record<string, string> =
    authorization === null ? {} : { authorization: `Basic ${Buffer.from(authorization).toString('base64')}` }
  const [health, ready, version] = await Promise.all(['/health', '/ready', '/admin/version'].map((path) => ask(`${url}${path}`, headers)))
  const status = {
    url,
    status: health?.ok !== true ? 'unreachable' : ready?.ok === true ? 'ready' : 'not ready',
    version: version?.ok === true ? version.body : null,
    problem: health?.problem ?? (ready?.ok === true ? null : (ready?.problem ?? `/ready answers ${ready?.status}`)),
  }
  const sentence = `${url} is ${status.status}${status.version === null ? '' : `, version ${status.version}`}${status.problem === null ? '' : `: ${status.problem}`}`
  process.stdout.write(`${options.json ? JSON.stringify(status) : sentence}\n`)
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
