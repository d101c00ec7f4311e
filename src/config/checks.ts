/** What settings must not say together, and what is doubtful. */
import { moduleSettings } from './broker-modules.ts'
import { kindOfUrl } from './database-url.ts'
import type { Get } from './get.ts'
import { SettingsError } from './settings-error.ts'
import type { Given } from './sources/sources.ts'
import type { SettingName } from './table/index.ts'

/** What the checks look at of the settings. */
interface Checked {
  readonly get: Get
  origin(name: SettingName): Given | undefined
}

/** Throws SettingsError for a contradiction; gives warnings. */
export function checkSettings(settings: Checked): string[] {
  checkDatabase(settings)
  checkBroker(settings)
  if (settings.get('PREFECT_LOGGING_TO_API_BATCH_SIZE') < settings.get('PREFECT_LOGGING_TO_API_MAX_LOG_SIZE')) {
    throw new SettingsError('PREFECT_LOGGING_TO_API_MAX_LOG_SIZE must not be larger than PREFECT_LOGGING_TO_API_BATCH_SIZE.')
  }
  return passwordWarning(settings)
}

function checkDatabase(settings: Checked): void {
  const backend = settings.get('PREFECT_DATABASE_BACKEND')
  const kind = kindOfUrl(settings.get('PREFECT_SERVER_DATABASE_CONNECTION_URL'))
  if (kind === backend) return
  const url = settings.origin('PREFECT_SERVER_DATABASE_CONNECTION_URL')
  const driver = settings.origin('PREFECT_SERVER_DATABASE_DRIVER')
  if (url !== undefined) {
    throw new SettingsError(`PREFECT_DATABASE_BACKEND is ${backend}, but ${url.key} in ${url.place} is the URL of a ${kind} database.`)
  }
  if (driver !== undefined)
    throw new SettingsError(`PREFECT_DATABASE_BACKEND is ${backend}, but ${driver.key} in ${driver.place} means ${kind}.`)
  throw new SettingsError(`PREFECT_DATABASE_BACKEND is ${backend}, so PREFECT_DATABASE_URL must be set to a postgresql:// URL.`)
}

function checkBroker(settings: Checked): void {
  for (const { name, redis } of moduleSettings) {
    const module = settings.get(name)
    const origin = settings.origin(name)
    if (redis.test(module) && settings.get('PREFECT_BROKER_BACKEND') === 'memory') {
      throw new SettingsError(
        `PREFECT_BROKER_BACKEND is memory, but ${origin?.key} in ${origin?.place} is ${shown(module)}, which means redis.`,
      )
    }
  }
}

/** Refuses modules that nobody here knows. Commands that start no server do not mind them. */
export function refuseUnknownModules(settings: Checked): void {
  for (const { name, plain, redis } of moduleSettings) {
    const module = settings.get(name)
    const origin = settings.origin(name)
    if (redis.test(module) || plain.test(module)) continue
    throw new SettingsError(
      `${origin?.key} in ${origin?.place} is ${shown(module)}, which this server does not know; PREFECT_BROKER_BACKEND chooses between memory and redis.`,
    )
  }
}

/** Without the password of a URL. */
const shown = (module: string): string => module.replace(/\/\/[^@/]*@/, '//***@')

function passwordWarning({ get }: Checked): string[] {
  const password = get('PREFECT_SERVER_DATABASE_PASSWORD')
  const url = get('PREFECT_SERVER_DATABASE_CONNECTION_URL')
  const used = password === null || password === '' || url.includes(password) || url.includes(encodeURIComponent(password))
  return used ? [] : ['PREFECT_SERVER_DATABASE_PASSWORD is set but does not occur in the database URL, so it is not used.']
}
