/** PREFECT_DATABASE_URL and PREFECT_DATABASE_BACKEND beside the reference's settings for the same thing. */
import { kindOfUrl } from './database-url.ts'
import { SettingsError } from './settings-error.ts'
import type { Given } from './sources/sources.ts'

/**
 * Makes PREFECT_DATABASE_URL a value of PREFECT_SERVER_DATABASE_CONNECTION_URL. When both are set, the source that goes
 * first decides; two different databases in one source are refused.
 */
export function reconcileDatabaseUrls(given: Readonly<Record<string, Given>>): Readonly<Record<string, Given>> {
  const ours = given.PREFECT_DATABASE_URL
  const theirs = given.PREFECT_SERVER_DATABASE_CONNECTION_URL
  if (ours === undefined || typeof ours.input !== 'string' || ours.input === '') return given
  if (theirs !== undefined && theirs.rank < ours.rank) return given
  const url = canonical(ours.input)
  if (theirs !== undefined && theirs.rank === ours.rank && typeof theirs.input === 'string' && canonical(theirs.input) !== url) {
    throw new SettingsError(`${ours.key} and ${theirs.key} in ${ours.place} name different databases; set only one of them.`)
  }
  return { ...given, PREFECT_SERVER_DATABASE_CONNECTION_URL: { ...ours, input: url } }
}

/** The URL with the driver that the reference writes. */
function canonical(url: string): string {
  return url.replace(/^[a-z+0-9_]+(?=:)/i, kindOfUrl(url) === 'postgres' ? 'postgresql+asyncpg' : 'sqlite+aiosqlite')
}
