/** `prefect server status`: whether the API that PREFECT_API_URL names is there. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Settings } from '../../config/settings.ts'

export interface StatusOptions {
  wait: boolean
  /** Seconds; 0 waits without end. */
  timeout: number
  json: boolean
}

/** 0 when the server answers. */
export async function serverStatus(settings: Settings, { wait, timeout, json }: StatusOptions): Promise<number> {
  const url = settings.get('PREFECT_API_URL')
  if (url === null) throw new Error('No API URL configured. Set PREFECT_API_URL to the address of your server.')
  if (!json) process.stdout.write(`Connecting to server at ${url}...\n`)
  const began = performance.now()
  for (;;) {
    const problem = await problemOf(url)
    if (problem === null) return print({ status: 'available', api_url: url }, `Server is available.\n  API URL: ${url}`, json, 0)
    if (!wait) {
      return print({ status: 'unavailable', api_url: url, error: problem }, `Server is not available at ${url}. Error: ${problem}`, json, 1)
    }
    if (timeout > 0 && performance.now() - began >= timeout * 1000) {
      const sentence = `Timed out after ${timeout} seconds waiting for server at ${url}.`
      return print({ status: 'timed_out', api_url: url, timeout, error: problem }, sentence, json, 1)
    }
    await sleep(1000)
  }
}

async function problemOf(url: string): Promise<string | null> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(5000) })
    return response.ok ? null : `HTTP ${response.status}`
  } catch (error) {
    if (!(error instanceof Error)) return String(error)
    return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message
  }
}

function print(result: Record<string, unknown>, sentence: string, json: boolean, code: number): number {
  process.stdout.write(`${json ? JSON.stringify(result, null, 2) : sentence}\n`)
  return code
}
