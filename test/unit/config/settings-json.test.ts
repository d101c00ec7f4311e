/** The body of `/admin/settings` against answers of the reference with the same environment. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadSettings } from '../../../src/config/settings.ts'
import { settingsAsJson } from '../../../src/config/settings-json.ts'
import { isJsonObject, type Json, parseJson } from '../../../src/values/json.ts'

const environment = {
  PREFECT_HOME: '/prefect-home',
  PREFECT_PROFILES_PATH: '/prefect-home/profiles.toml',
  PREFECT_API_DATABASE_CONNECTION_URL: 'sqlite+aiosqlite:////prefect-home/prefect.db',
  PREFECT_SERVER_UI_ENABLED: 'false',
  SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt',
}

const answers: Record<string, Record<string, string>> = {
  plain: {},
  changed: {
    PREFECT_API_KEY: 'secret',
    PREFECT_SERVER_DATABASE_PASSWORD: '',
    PREFECT_LOGGING_EXTRA_LOGGERS: 'b',
    PREFECT_SERVER_API_CSRF_TOKEN_EXPIRATION: 'PT1.5S',
    PREFECT_SERVER_EVENTS_RETENTION_PERIOD: 'P400DT1M',
    PREFECT_API_REQUEST_TIMEOUT: 'inf',
    PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS: '1,2.5',
    PREFECT_FLOWS_DEFAULT_RETRY_DELAY_SECONDS: '10.0',
    PREFECT_CLIENT_RETRY_EXTRA_CODES: '404',
    PREFECT_WORKER_QUERY_SECONDS: '1e16',
    PREFECT_WORKER_PREFETCH_SECONDS: '1e-7',
    PREFECT_WORKER_HEARTBEAT_SECONDS: '0.1',
  },
}

describe('/admin/settings', () => {
  test.each(Object.entries(answers))('%s', (name, changes) => {
    const answer = readFileSync(new URL(`fixtures/admin-settings-${name}.jsonl`, import.meta.url), 'utf8')
    const ours = settingsAsJson(loadSettings({ ...environment, ...changes }, '/'))
    expect(sorted(parseJson(JSON.stringify(ours)))).toBe(sorted(parseJson(answer)))
  })

  test('shows no secret', () => {
    const secrets = Object.fromEntries(
      ['PREFECT_API_KEY', 'PREFECT_API_AUTH_STRING', 'PREFECT_SERVER_API_AUTH_STRING', 'PREFECT_SERVER_DATABASE_PASSWORD'].map((name) => [
        name,
        'hush',
      ]),
    )
    const url = { PREFECT_DATABASE_URL: 'postgresql://user:hush@host/name' }
    expect(JSON.stringify(settingsAsJson(loadSettings({ ...secrets, ...url }, '/')))).not.toContain('hush')
  })
})

/** JSON text with keys in order and numbers as they were written. */
function sorted(value: Json): string {
  const order = (item: Json): Json => {
    if (Array.isArray(item)) return item.map(order)
    if (!isJsonObject(item)) return item
    return Object.fromEntries(
      Object.keys(item)
        .sort()
        .map((key) => [key, order(item[key] ?? null)]),
    )
  }
  return JSON.stringify(order(value), null, 1)
}
