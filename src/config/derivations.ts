/** Defaults that follow from other settings or from the machine, and the few values that others overrule. */
import { availableParallelism, homedir } from 'node:os'
import { brokerOfModules } from './broker-modules.ts'
import { connectionUrlFromParts, kindOfUrl, withPassword } from './database-url.ts'
import type { Get } from './get.ts'
import { tidyPath } from './kinds.ts'
import { redisUrlFromParts } from './redis-url.ts'
import { SettingsError } from './settings-error.ts'
import type { SettingName, SettingValue } from './table/index.ts'

/** What defaults take from the machine. Workers get the main thread's, so that all see the same settings. */
export interface Machine {
  readonly home: string
  readonly sslCertFile: string | null
  readonly processors: number
}

export function thisMachine(environment: Readonly<Record<string, string | undefined>>): Machine {
  return { home: environment.HOME || homedir(), sslCertFile: environment.SSL_CERT_FILE ?? null, processors: availableParallelism() }
}

type Derivations = { [Name in SettingName]?: (get: Get, machine: Machine) => SettingValue<Name> }
export type Adjustment<Name extends SettingName> = (value: SettingValue<Name>, get: Get, machine: Machine) => SettingValue<Name>
type Adjustments = { [Name in SettingName]?: Adjustment<Name> }

/** One for each `derived(…)` of the table. */
export const derivations: Derivations = {
  PREFECT_HOME: (_, machine) => tidyPath(`${machine.home}/.prefect`),
  PREFECT_PROFILES_PATH: (get) => `${get('PREFECT_HOME')}/profiles.toml`,
  PREFECT_LOGGING_CONFIG_PATH: (get) => `${get('PREFECT_HOME')}/logging.yml`,
  PREFECT_RESULTS_LOCAL_STORAGE_PATH: (get) => `${get('PREFECT_HOME')}/storage`,
  PREFECT_SERVER_MEMO_STORE_PATH: (get) => `${get('PREFECT_HOME')}/memo_store.toml`,
  PREFECT_API_SSL_CERT_FILE: (_, machine) => machine.sslCertFile,
  PREFECT_CLOUD_UI_URL: (get) => cloudUiUrl(get('PREFECT_CLOUD_API_URL')),
  PREFECT_UI_URL: (get) => uiUrl(get('PREFECT_API_URL'), get('PREFECT_CLOUD_API_URL'), get('PREFECT_CLOUD_UI_URL')),
  PREFECT_SERVER_UI_API_URL: (get) =>
    get('PREFECT_API_URL') || `http://${get('PREFECT_SERVER_API_HOST')}:${get('PREFECT_SERVER_API_PORT')}/api`,
  PREFECT_SERVER_DATABASE_CONNECTION_URL: connectionUrlFromParts,
  PREFECT_DATABASE_BACKEND: (get) => kindOfUrl(get('PREFECT_SERVER_DATABASE_CONNECTION_URL')),
  PREFECT_BROKER_BACKEND: brokerOfModules,
  PREFECT_REDIS_MESSAGING_URL: redisUrlFromParts,
  PREFECT_SERVER_STORAGE_WRITE_ACTORS: (_, machine) => halfOf(machine.processors),
  PREFECT_SERVER_STORAGE_READ_ACTORS: (_, machine) => halfOf(machine.processors),
  PREFECT_SERVER_STORAGE_PGBOUNCER: (get) =>
    get('PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_STATEMENT_CACHE_SIZE') === 0 ||
    get('PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_PREPARED_STATEMENT_CACHE_SIZE') === 0,
}

const debugLevel = (level: SettingValue<'PREFECT_LOGGING_LEVEL'>, get: Get): SettingValue<'PREFECT_LOGGING_LEVEL'> =>
  get('PREFECT_DEBUG_MODE') || get('PREFECT_TESTING_TEST_MODE') ? 'DEBUG' : level

/** Values that change when other settings say so, also when somebody set them. */
export const adjustments: Adjustments = {
  PREFECT_HOME: (value, _, machine) => expandHome(value, machine),
  PREFECT_PROFILES_PATH: (value, get) => tidyPath(value.replaceAll('$PREFECT_HOME', () => get('PREFECT_HOME'))),
  PREFECT_LOGGING_LEVEL: debugLevel,
  PREFECT_INTERNAL_LOGGING_LEVEL: debugLevel,
  PREFECT_LOGGING_TO_API_MAX_LOG_SIZE: (value, get) => {
    const cloud = get('PREFECT_CLOUD_API_URL')
    const inCloud = cloud !== '' && Boolean(get('PREFECT_API_URL')?.startsWith(cloud))
    return inCloud ? Math.min(value, get('PREFECT_CLOUD_MAX_LOG_SIZE')) : value
  },
  PREFECT_SERVER_DATABASE_CONNECTION_URL: withPassword,
}

function expandHome(path: string, { home }: Machine): string {
  if (!path.startsWith('~')) return path
  if (path !== '~' && !path.startsWith('~/')) throw new SettingsError(`PREFECT_HOME is ${path}, but ~ may only stand for your own home.`)
  return tidyPath(`${home}${path.slice(1)}`)
}

function halfOf(processors: number): number {
  return Math.min(4, Math.max(1, Math.floor(processors / 2)))
}

function cloudUiUrl(apiUrl: string): string {
  const url = /^https:\/\/api[.\w]*.prefect.[^.]+\//.test(apiUrl) ? apiUrl.replace('https://api', 'https://app') : apiUrl
  return url.replace(/\/api$/, '')
}

function uiUrl(apiUrl: string | null, cloudApiUrl: string, cloudUi: string | null): string | null {
  if (!apiUrl) return null
  const url = apiUrl.startsWith(cloudApiUrl) && cloudUi ? apiUrl.replaceAll(cloudApiUrl, () => cloudUi) : apiUrl
  return url
    .replace(/\/api$/, '')
    .replaceAll('/api/', '/')
    .replaceAll('/accounts/', '/account/')
    .replaceAll('/workspaces/', '/workspace/')
}
