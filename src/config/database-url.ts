/** The database's URL: made of its parts, and taken apart again for the drivers. */
import type { Get } from './get.ts'
import { SettingsError } from './settings-error.ts'

export type DatabaseBackend = 'sqlite' | 'postgres'

/** Where the database is. `url` is for the PostgreSQL driver; `path` is a file, or `:memory:`. */
export type DatabaseTarget = { backend: 'sqlite'; path: string } | { backend: 'postgres'; url: string }

/** The connection URL when nobody gave one. */
export function connectionUrlFromParts(get: Get): string {
  const driver = get('PREFECT_SERVER_DATABASE_DRIVER')
  const name = get('PREFECT_SERVER_DATABASE_NAME')
  if (driver !== 'postgresql+asyncpg') {
    return `sqlite+aiosqlite:///${(driver === 'sqlite+aiosqlite' ? name : null) || `${get('PREFECT_HOME')}/prefect.db`}`
  }
  const host = get('PREFECT_SERVER_DATABASE_HOST')
  const user = get('PREFECT_SERVER_DATABASE_USER')
  if (host === null || user === null || name === null) {
    const missing = [host === null && 'HOST', user === null && 'USER', name === null && 'NAME'].filter((part) => part !== false)
    const names = missing.map((part) => `PREFECT_SERVER_DATABASE_${part}`).join(' and ')
    throw new SettingsError(`PREFECT_SERVER_DATABASE_DRIVER is postgresql+asyncpg, so ${names} must be set too.`)
  }
  const password = get('PREFECT_SERVER_DATABASE_PASSWORD')
  const credentials = !password ? quote(user) : `${quote(user)}:${quote(password)}`
  return `${driver}://${credentials}@${host.includes(':') ? `[${host}]` : host}:${get('PREFECT_SERVER_DATABASE_PORT') || 5432}/${name}`
}

/** SQLAlchemy quotes what would end a user name or a password. */
function quote(part: string): string {
  const quoted = encodeURIComponent(part).replaceAll('%20', ' ').replaceAll('%2B', '+')
  return quoted.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** Puts PREFECT_SERVER_DATABASE_PASSWORD in its place in the URL. */
export function withPassword(url: string, get: Get): string {
  const place = /\$\{PREFECT_(API|SERVER)_DATABASE_PASSWORD\}/g
  if (!/PREFECT_(API|SERVER)_DATABASE_PASSWORD/.test(url)) return url
  const password = get('PREFECT_SERVER_DATABASE_PASSWORD')
  if (password === null) throw new SettingsError('The database URL needs PREFECT_SERVER_DATABASE_PASSWORD, which is not set.')
  return url.replace(place, () => password)
}

/** Which kind of database a URL means. */
export function kindOfUrl(url: string): DatabaseBackend {
  return /^sqlite\b/i.test(url) ? 'sqlite' : 'postgres'
}

/** Takes a connection URL apart. */
export function parseDatabaseUrl(url: string): DatabaseTarget {
  if (kindOfUrl(url) === 'postgres') return { backend: 'postgres', url: url.replace(/^[a-z+0-9_]+:/i, 'postgresql:') }
  const [, file = '', query = ''] = /^[a-z+0-9_]+:(?:\/\/\/?)?([^?]*)\??(.*)$/i.exec(url) ?? []
  const inMemory =
    file === '' || file === ':memory:' || file.startsWith('file::memory:') || new URLSearchParams(query).get('mode') === 'memory'
  return { backend: 'sqlite', path: inMemory ? ':memory:' : file.replace(/^file:/, '') }
}
