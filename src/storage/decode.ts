/**
 * Database values as the rest of the server knows them. Columns are decoded by the backends; these functions are for
 * computed columns (coalesce, min, json functions …), which SQLite gives as plain text and numbers.
 */
import { Duration } from '../values/duration.ts'
import { type Json, parseJson } from '../values/json.ts'
import { Timestamp } from '../values/timestamp.ts'
import type { Dialect } from './sql.ts'

/** An instant from SQLite's or PostgreSQL's text, or one that is decoded already. */
export function decodeTimestamp(value: unknown): Timestamp | null {
  if (value === null || value === undefined) return null
  if (value instanceof Timestamp) return value
  if (typeof value !== 'string') throw new TypeError(`not an instant: ${String(value)}`)
  return fullInstant.test(value) ? Timestamp.fromCanonical(`${value.slice(0, 10)}T${value.slice(11, 26)}Z`) : parseInstant(value)
}

/** What both servers store in SQLite, and what PostgreSQL gives in UTC when no trailing zeros are left out. */
const fullInstant = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}(?:\+00)?$/

const instantPattern = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):?(\d\d)?(?::?(\d\d))?)?$/

function parseInstant(text: string): Timestamp {
  const match = instantPattern.exec(text)
  if (match === null) throw new RangeError(`not an instant: ${text}`)
  const [, date = '', time = '', fraction = '', sign, hours = '0', minutes = '0', seconds = '0'] = match
  const local = `${date}T${time.length === 5 ? `${time}:00` : time}.${fraction.slice(0, 6).padEnd(6, '0')}Z`
  const offset = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  const instant = Timestamp.fromCanonical(local)
  if (sign === undefined || offset === 0) return instant
  return instant.addSeconds(sign === '-' ? offset : -offset)
}

/** A span of time: SQLite counts it from 1970 (or has the number 0), PostgreSQL writes `1 day 02:03:04.5`. */
export function decodeDuration(value: unknown): Duration | null {
  if (value === null || value === undefined) return null
  if (value instanceof Duration) return value
  if (typeof value === 'number') return Duration.fromSeconds(value)
  if (typeof value !== 'string') throw new TypeError(`not a span of time: ${String(value)}`)
  if (/^\d+$/.test(value)) return Duration.fromSeconds(Number(value))
  if (/^\d{4}-\d\d-\d\d /.test(value)) return Duration.fromMicroseconds(decodeTimestamp(value)?.microseconds ?? 0)
  return parseInterval(value)
}

// As asyncpg counts them.
const intervalUnits: Record<string, number> = { year: 365 * 86_400, mon: 30 * 86_400, day: 86_400 }

function parseInterval(text: string): Duration {
  let microseconds = 0
  let rest = text
  for (const match of text.matchAll(/([+-]?\d+) (year|mon|day)s?/g)) {
    microseconds += Number(match[1]) * (intervalUnits[match[2] ?? ''] ?? 0) * 1_000_000
    rest = rest.replace(match[0], '')
  }
  rest = rest.trim()
  if (rest !== '') {
    const match = /^([+-]?)(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/.exec(rest)
    if (match === null) throw new RangeError(`not an interval: ${text}`)
    const [, sign, hours, minutes, seconds, fraction = ''] = match
    const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
    const time = whole * 1_000_000 + Number(fraction.padEnd(6, '0'))
    microseconds += sign === '-' ? -time : time
  }
  return Duration.fromMicroseconds(microseconds)
}

/** JSON of a computed column: text on SQLite, parsed already on PostgreSQL. */
export function decodeJson(value: unknown, dialect: Dialect): Json {
  if (value === null || value === undefined) return null
  return dialect === 'sqlite' && typeof value === 'string' ? parseJson(value) : (value as Json)
}

/** A condition in a SELECT: 0 or 1 on SQLite. */
export function decodeBoolean(value: unknown): boolean | null {
  if (value === null || value === undefined) return null
  return typeof value === 'boolean' ? value : Number(value) !== 0
}
