/** What settings must not say together, and what whoever starts the server should know. */
import { kindOfUrl } from './database-url.ts'
import type { Settings } from './settings.ts'
import { SettingsError } from './settings-error.ts'

/** Throws SettingsError for a contradiction; gives warnings. */
export function checkSettings(settings: Settings): string[] {
  const { get } = settings
  const backend = get('PREFECT_DATABASE_BACKEND')
  const url = get('PREFECT_SERVER_DATABASE_CONNECTION_URL') ?? ''
  if (kindOfUrl(url) !== backend) {
    const where = settings.origin('PREFECT_SERVER_DATABASE_CONNECTION_URL')
    throw new SettingsError(
      where === undefined
        ? `PREFECT_DATABASE_BACKEND is ${backend}, so PREFECT_DATABASE_URL must be set to a ${backend} URL.`
        : `PREFECT_DATABASE_BACKEND is ${backend}, but ${where.key} in ${where.place} is the URL of a ${kindOfUrl(url)} database.`,
    )
  }
  if (get('PREFECT_LOGGING_TO_API_BATCH_SIZE') < get('PREFECT_LOGGING_TO_API_MAX_LOG_SIZE')) {
    throw new SettingsError('PREFECT_LOGGING_TO_API_MAX_LOG_SIZE must not be larger than PREFECT_LOGGING_TO_API_BATCH_SIZE.')
  }
  return [...passwordWarning(settings)]
}

function passwordWarning({ get }: Settings): string[] {
  const password = get('PREFECT_SERVER_DATABASE_PASSWORD')
  const url = get('PREFECT_SERVER_DATABASE_CONNECTION_URL') ?? ''
  const used = password === null || password === '' || url.includes(password) || url.includes(encodeURIComponent(password))
  return used ? [] : ['PREFECT_SERVER_DATABASE_PASSWORD is set but does not occur in the database URL, so it is not used.']
}
