import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { refuseUnknownModules } from '../../../src/config/checks.ts'
import { startNotices } from '../../../src/config/notices.ts'
import { loadSettings, Settings } from '../../../src/config/settings.ts'
import { SettingsError } from '../../../src/config/settings-error.ts'
import { type SettingName, settingsTable } from '../../../src/config/table/index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const load = (environment: Record<string, string> = {}): Settings => loadSettings({ HOME: folder, ...environment }, folder)

describe('the table', () => {
  test('has the 226 settings of the reference, and ours', () => {
    expect(settingsTable.filter(({ own }) => !own)).toHaveLength(226)
    expect(settingsTable.filter(({ own }) => own).length).toBeGreaterThan(0)
  })

  test('has every name once', () => {
    const names = settingsTable.flatMap(({ name, also }) => (also === undefined ? [name] : [name, also]))
    expect(new Set(names).size).toBe(names.length)
  })

  test('says for each inert setting what to use instead, and for no other', () => {
    for (const { use, instead } of settingsTable) expect(use === 'inert').toBe(instead !== undefined)
  })
})

describe('origins', () => {
  test('every value knows where it comes from', () => {
    writeFileSync(join(folder, '.env'), 'PREFECT_UI_ENABLED=false\n')
    writeFileSync(join(folder, 'prefect.toml'), '[server.api]\nhost = "0.0.0.0"\n')
    writeFileSync(join(folder, 'pyproject.toml'), '[tool.prefect.server.logs]\nstream_out_enabled = true\n')
    writeFileSync(join(folder, 'profiles.toml'), 'active = "mine"\n[profiles.mine]\nPREFECT_API_DEFAULT_LIMIT = "7"\n')
    const settings = load({ PREFECT_HOME: folder }).with('PREFECT_SERVER_API_PORT', '80', '--port')
    const origin = (name: SettingName): string | undefined => {
      const given = settings.origin(name)
      return given && `${given.key} in ${given.place}`
    }
    expect(origin('PREFECT_HOME')).toBe('PREFECT_HOME in the environment')
    expect(origin('PREFECT_SERVER_UI_ENABLED')).toBe('PREFECT_UI_ENABLED in .env')
    expect(origin('PREFECT_SERVER_API_HOST')).toBe('server.api.host in prefect.toml')
    expect(origin('PREFECT_SERVER_LOGS_STREAM_OUT_ENABLED')).toBe('tool.prefect.server.logs.stream_out_enabled in pyproject.toml')
    expect(origin('PREFECT_SERVER_API_DEFAULT_LIMIT')).toBe('PREFECT_API_DEFAULT_LIMIT in the profile mine')
    expect(origin('PREFECT_SERVER_API_PORT')).toBe('--port in the command line')
    expect(origin('PREFECT_SERVER_API_CORS_ALLOWED_HEADERS')).toBeUndefined()
    expect(settings.get('PREFECT_SERVER_API_PORT')).toBe(80)
    expect(settings.get('PREFECT_SERVER_UI_API_URL')).toBe('http://0.0.0.0:80/api')
    expect(settings.profile).toBe('mine')
  })
})

test('settings travel to other threads as plain data', () => {
  const settings = load({
    PREFECT_SERVER_EVENTS_RETENTION_PERIOD: 'P3D',
    PREFECT_DATABASE_URL: 'postgres://u:p@h/n',
    SSL_CERT_FILE: '/c.pem',
  })
  const copy = Settings.fromData(structuredClone(settings.toData()))
  for (const { name } of settingsTable) expect(copy.get(name)).toEqual(settings.get(name))
  expect(copy.get('PREFECT_SERVER_EVENTS_RETENTION_PERIOD').seconds).toBe(3 * 86_400)
  expect(copy.get('PREFECT_API_SSL_CERT_FILE')).toBe('/c.pem')
})

describe('the database', () => {
  test.each([
    ['sqlite+aiosqlite:////data/prefect.db', { backend: 'sqlite', path: '/data/prefect.db' }],
    ['sqlite+aiosqlite:///relative.db?timeout=3', { backend: 'sqlite', path: 'relative.db' }],
    ['sqlite:////data/prefect.db', { backend: 'sqlite', path: '/data/prefect.db' }],
    ['sqlite+aiosqlite:///file:/data/a.db?uri=true', { backend: 'sqlite', path: '/data/a.db' }],
    ['sqlite+aiosqlite:///:memory:', { backend: 'sqlite', path: ':memory:' }],
    ['sqlite+aiosqlite://', { backend: 'sqlite', path: ':memory:' }],
    ['sqlite+aiosqlite:///file::memory:?cache=shared&uri=true&check_same_thread=false', { backend: 'sqlite', path: ':memory:' }],
    ['sqlite+aiosqlite:///file:x?mode=memory&uri=true', { backend: 'sqlite', path: ':memory:' }],
    ['postgresql+asyncpg://u:p@h:1/n?ssl=require', { backend: 'postgres', url: 'postgresql://u:p@h:1/n?ssl=require' }],
    ['postgres://u@h/n', { backend: 'postgres', url: 'postgresql://u@h/n' }],
    ['POSTGRESQL://u@h/n', { backend: 'postgres', url: 'postgresql://u@h/n' }],
  ])('%s', (url, target) => {
    expect(load({ PREFECT_DATABASE_URL: url }).database).toEqual(target)
    expect(load({ PREFECT_API_DATABASE_CONNECTION_URL: url }).database).toEqual(target)
    expect(load({ PREFECT_DATABASE_URL: url }).databaseInMemory).toBe('path' in target && target.path === ':memory:')
    expect(load({ PREFECT_DATABASE_URL: url, PREFECT_DATABASE_BACKEND: target.backend }).databaseBackend).toBe(target.backend)
  })

  test('is a file in the home folder unless somebody says otherwise', () => {
    expect(load().database).toEqual({ backend: 'sqlite', path: `${folder}/.prefect/prefect.db` })
    expect(load({ PREFECT_HOME: '/h' }).database).toEqual({ backend: 'sqlite', path: '/h/prefect.db' })
  })

  test('PREFECT_DATABASE_URL shows up as the connection URL', () => {
    const settings = load({ PREFECT_DATABASE_URL: 'postgres://u@h/n' })
    expect(settings.get('PREFECT_SERVER_DATABASE_CONNECTION_URL')).toBe('postgresql+asyncpg://u@h/n')
  })

  test('of two URLs the source that goes first decides', () => {
    writeFileSync(join(folder, '.env'), 'PREFECT_DATABASE_URL=postgres://dotenv/n\n')
    expect(load({ PREFECT_API_DATABASE_CONNECTION_URL: 'sqlite:////env.db' }).database).toEqual({ backend: 'sqlite', path: '/env.db' })
    writeFileSync(join(folder, '.env'), 'PREFECT_API_DATABASE_CONNECTION_URL=sqlite:////dotenv.db\n')
    expect(load({ PREFECT_DATABASE_URL: 'postgres://env/n' }).database).toEqual({ backend: 'postgres', url: 'postgresql://env/n' })
    expect(load().database).toEqual({ backend: 'sqlite', path: '/dotenv.db' })
  })

  test('the same database twice is no contradiction', () => {
    const both = { PREFECT_DATABASE_URL: 'postgres://u@h/n', PREFECT_API_DATABASE_CONNECTION_URL: 'postgresql+asyncpg://u@h/n' }
    expect(load(both).databaseBackend).toBe('postgres')
  })

  test('a URL that the real `prefect config set` wrote into a profile', () => {
    const profiles = fileURLToPath(new URL('fixtures/profiles-of-the-real-cli.toml', import.meta.url))
    expect(load({ PREFECT_PROFILES_PATH: profiles }).database).toEqual({
      backend: 'postgres',
      url: 'postgresql://user:p%40ss@db.example.com:5433/prefect',
    })
    const other = load({ PREFECT_PROFILES_PATH: profiles, PREFECT_PROFILE: 'ephemeral' })
    expect(other.database).toEqual({ backend: 'sqlite', path: '/data/prefect.db' })
    expect(other.get('PREFECT_SERVER_API_PORT')).toBe(4300)
  })
})

describe('the broker', () => {
  test.each([
    [{}, 'memory'],
    [{ PREFECT_BROKER_BACKEND: 'redis' }, 'redis'],
    [{ PREFECT_MESSAGING_BROKER: 'prefect_redis.messaging' }, 'redis'],
    [{ PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE: 'prefect_redis.lease_storage' }, 'redis'],
    [{ PREFECT_SERVER_DOCKET_URL: 'redis://h:6379/0' }, 'redis'],
    [{ PREFECT_SERVER_EVENTS_CAUSAL_ORDERING: 'prefect.server.events.ordering.db' }, 'memory'],
  ])('%o', (environment, backend) => {
    expect(load(environment).get('PREFECT_BROKER_BACKEND')).toBe(backend)
  })

  test.each([
    [{}, 'redis://localhost:6379/0'],
    [
      { PREFECT_REDIS_MESSAGING_HOST: 'r', PREFECT_REDIS_MESSAGING_PASSWORD: 'p@', PREFECT_REDIS_MESSAGING_SSL: '1' },
      'rediss://default:p%40@r:6379/0',
    ],
    [{ PREFECT_REDIS_URL: 'redis://x:1/2', PREFECT_REDIS_MESSAGING_HOST: 'r' }, 'redis://x:1/2'],
  ])('%o is found', (environment, url) => {
    expect(load(environment).get('PREFECT_REDIS_MESSAGING_URL')).toBe(url)
  })
})

describe('what is refused, in one sentence', () => {
  test.each([
    [{ PREFECT_SERVER_API_PORT: 'x' }, 'PREFECT_SERVER_API_PORT in the environment is "x", but must be a whole number.'],
    [{ PREFECT_API_DEFAULT_LIMIT: 'x' }, 'PREFECT_API_DEFAULT_LIMIT in the environment is "x", but must be a whole number.'],
    [{ PREFECT_UI_ENABLED: 'maybe' }, 'PREFECT_UI_ENABLED in the environment is "maybe", but must be true or false.'],
    [
      { PREFECT_SERVER_API_CSRF_TOKEN_EXPIRATION: '30' },
      'PREFECT_SERVER_API_CSRF_TOKEN_EXPIRATION in the environment is "30", but must be a duration: ISO 8601 such as PT30S, or HH:MM:SS.',
    ],
    [
      { PREFECT_SERVER_CONCURRENCY_INITIAL_DEPLOYMENT_LEASE_DURATION: '1' },
      'PREFECT_SERVER_CONCURRENCY_INITIAL_DEPLOYMENT_LEASE_DURATION in the environment is "1", but must be a number from 30 to 3600.',
    ],
    [
      { PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED: 'all' },
      'PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED in the environment is "all", but must be events, flow_runs and orphans separated by commas, or true or false.',
    ],
    [
      { PREFECT_DATABASE_URL: 'mysql://user:password@h/n' },
      'PREFECT_DATABASE_URL in the environment must be a URL that begins with sqlite:// or postgresql://.',
    ],
    [
      { PREFECT_DATABASE_BACKEND: 'sqlite', PREFECT_API_DATABASE_CONNECTION_URL: 'postgresql://u@h/n' },
      'PREFECT_DATABASE_BACKEND is sqlite, but PREFECT_API_DATABASE_CONNECTION_URL in the environment is the URL of a postgres database.',
    ],
    [
      { PREFECT_DATABASE_BACKEND: 'postgres', PREFECT_DATABASE_URL: 'sqlite:///x' },
      'PREFECT_DATABASE_BACKEND is postgres, but PREFECT_DATABASE_URL in the environment is the URL of a sqlite database.',
    ],
    [
      { PREFECT_DATABASE_BACKEND: 'postgres' },
      'PREFECT_DATABASE_BACKEND is postgres, so PREFECT_DATABASE_URL must be set to a postgresql:// URL.',
    ],
    [
      { PREFECT_DATABASE_URL: 'postgres://a/n', PREFECT_API_DATABASE_CONNECTION_URL: 'postgres://b/n' },
      'PREFECT_DATABASE_URL and PREFECT_API_DATABASE_CONNECTION_URL in the environment name different databases; set only one of them.',
    ],
    [
      { PREFECT_SERVER_DATABASE_DRIVER: 'postgresql+asyncpg', PREFECT_SERVER_DATABASE_USER: 'u' },
      'PREFECT_SERVER_DATABASE_DRIVER is postgresql+asyncpg, so PREFECT_SERVER_DATABASE_HOST and PREFECT_SERVER_DATABASE_NAME must be set too.',
    ],
    [
      { PREFECT_BROKER_BACKEND: 'memory', PREFECT_MESSAGING_BROKER: 'prefect_redis.messaging' },
      'PREFECT_BROKER_BACKEND is memory, but PREFECT_MESSAGING_BROKER in the environment is prefect_redis.messaging, which means redis.',
    ],
    [
      { PREFECT_SERVER_API_PORT: 'tcp://10.0.0.1:4200' },
      'PREFECT_SERVER_API_PORT in the environment is "tcp://10.0.0.1:4200", but must be a whole number. ' +
        'Kubernetes makes such variables for the services around a pod; enableServiceLinks: false in the pod keeps them away.',
    ],
  ])('%o', (environment, message) => {
    expect(() => load(environment)).toThrow(new SettingsError(message))
  })

  test('a TOML file that is none names its line', () => {
    writeFileSync(join(folder, 'prefect.toml'), 'a = 1\nb =\n')
    expect(() => load()).toThrow(/^.*prefect\.toml is not valid TOML: .* \(line 2\)$/)
  })

  test('a file that cannot be read is not passed over', () => {
    rmSync(folder, { recursive: true })
    writeFileSync(folder, '')
    expect(() => loadSettings({ HOME: '/' }, `${folder}/\0`)).toThrow(/cannot be read/)
  })
})

describe('notices at start', () => {
  test('none for the defaults', () => {
    expect(startNotices(load())).toEqual([])
  })

  test('an inert setting that somebody changed is named once, with what to use instead', () => {
    const settings = load({
      PREFECT_SERVER_ANALYTICS_ENABLED: 'true',
      PREFECT_LOGGING_SETTINGS_PATH: '/l.yml',
      PREFECT_PLUGINS_ENABLED: 'false',
    })
    expect(startNotices(settings)).toEqual([
      'PREFECT_SERVER_ANALYTICS_ENABLED in the environment has no effect here: this server sends nothing to anybody.',
      'PREFECT_LOGGING_SETTINGS_PATH in the environment has no effect here: the server writes JSON lines to stderr; PREFECT_SERVER_LOGGING_LEVEL sets their level.',
    ])
  })

  test.each([
    [{ PREFECT_SERVER_DATABASE_PASSWORD: 'not in the URL' }, /^PREFECT_SERVER_DATABASE_PASSWORD is set but/],
    [{ PREFECT_DATABASE_URL: 'postgres://u@h/n' }, /^PREFECT_BROKER_BACKEND is memory, so this must be the only server/],
    [{ PREFECT_PROFILES_PATH: '/nowhere/profiles.toml', PREFECT_PROFILE: 'x' }, /^PREFECT_PROFILE names the profile x/],
  ])('%o', (environment, notice) => {
    expect(startNotices(load(environment))).toEqual([expect.stringMatching(notice)])
  })

  test('a broken file of profiles is told, not refused', () => {
    writeFileSync(join(folder, 'profiles.toml'), 'active = \n')
    expect(startNotices(load({ PREFECT_HOME: folder }))).toEqual([
      expect.stringMatching(/profiles\.toml is not valid TOML.*no profile is used/),
    ])
  })
})

test('a Python module that nobody here knows is refused by name when the server starts', () => {
  expect(() => refuseUnknownModules(load({ PREFECT_SERVER_EVENTS_MESSAGING_CACHE: 'other.messaging' }))).toThrow(
    'PREFECT_SERVER_EVENTS_MESSAGING_CACHE in the environment is other.messaging, which this server does not know; PREFECT_BROKER_BACKEND chooses between memory and redis.',
  )
  expect(() => refuseUnknownModules(load({}))).not.toThrow()
})
