/**
 * The kinds of values: what text and TOML values they take – what pydantic takes in its lax mode –, and how they are written
 * as JSON.
 */
import { Duration } from '../values/duration.ts'
import { isRawNumber, type Json, parseJson, toNumber } from '../values/json.ts'
import { durationToIso, parseDuration } from './duration-text.ts'

export interface Kind<T> {
  /** Ends the sentence "… must be …". */
  readonly accepts: string
  /** The value of text from the environment or of a TOML value; undefined when it is not accepted. */
  read(input: unknown): T | undefined
  write(value: T): Json
  /** Never shown. */
  readonly secret?: boolean
  /** In the environment it may be written as JSON. */
  readonly takesJson?: boolean
  /** In TOML it is a table. */
  readonly takesTable?: boolean
}

export const text: Kind<string> = {
  accepts: 'text',
  read: (input) => (typeof input === 'string' ? input : undefined),
  write: (value) => value,
}

export const secret: Kind<string> = { ...text, secret: true, write: (value) => (value === '' ? '' : '**********') }

/** A URL that may hold a password; the pattern says how it begins. */
export function secretUrl(beginning: RegExp, accepts: string): Kind<string> {
  return { ...secret, accepts, read: (input) => (typeof input === 'string' && beginning.test(input) ? input : undefined) }
}

/** A file or folder, written as Python's pathlib writes it. */
export const path: Kind<string> = {
  ...text,
  accepts: 'a path',
  read: (input) => (typeof input === 'string' ? tidyPath(input) : undefined),
}

export function tidyPath(input: string): string {
  const root = /^\/\/(?!\/)/.test(input) ? '//' : input.startsWith('/') ? '/' : ''
  const parts = input.split('/').filter((part) => part !== '' && part !== '.')
  return root + parts.join('/') || '.'
}

const truths = new Map<unknown, boolean>([
  ...['1', 'on', 't', 'true', 'y', 'yes', 1, true].map((word): [unknown, boolean] => [word, true]),
  ...['0', 'off', 'f', 'false', 'n', 'no', 0, false].map((word): [unknown, boolean] => [word, false]),
])

export const boolean: Kind<boolean> = {
  accepts: 'true or false',
  read: (input) => truths.get(typeof input === 'string' ? input.toLowerCase() : input),
  write: (value) => value,
}

export interface Limits {
  ge?: number
  gt?: number
  le?: number
}

export function integer(limits: Limits = {}): Kind<number> {
  return {
    accepts: `a whole number${limitText(limits)}`,
    read: (input) => within(limits, readInteger(input)),
    write: (value) => value,
  }
}

export function number(limits: Limits = {}): Kind<number> {
  return { accepts: `a number${limitText(limits)}`, read: (input) => within(limits, readNumber(input)), write: writeFloat }
}

/** As Python writes a float: `20.0`, `1e+16`. JSON has no infinities, pydantic writes null. */
export function writeFloat(value: number): Json {
  if (!Number.isFinite(value)) return null
  if (Math.abs(value) >= 1e16) return parseJson(value.toExponential())
  return Number.isInteger(value) ? parseJson(`${Object.is(value, -0) ? '-0' : value}.0`) : value
}

export function readInteger(input: unknown): number | undefined {
  if (typeof input === 'boolean') return Number(input)
  if (typeof input === 'string' && !/^\s*[+-]?\d+(_\d+)*(\.0+)?\s*$/.test(input)) return undefined
  const value = typeof input === 'string' ? Number(input.replaceAll('_', '')) : isRawNumber(input) ? toNumber(input) : input
  return typeof value === 'number' && Number.isSafeInteger(value) ? value + 0 : undefined
}

export function readNumber(input: unknown): number | undefined {
  if (typeof input === 'number') return input
  if (typeof input === 'boolean') return Number(input)
  if (isRawNumber(input)) return toNumber(input)
  if (typeof input !== 'string') return undefined
  const word = input.trim().toLowerCase()
  if (/^[+-]?(inf|infinity)$/.test(word)) return word.startsWith('-') ? -Infinity : Infinity
  if (/^[+-]?nan$/.test(word)) return Number.NaN
  if (!/^[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[+-]?\d+)?$/.test(word)) return undefined
  return Number(word.replaceAll('_', ''))
}

function within({ ge, gt, le }: Limits, value: number | undefined): number | undefined {
  if (value === undefined || (ge !== undefined && !(value >= ge)) || (gt !== undefined && !(value > gt))) return undefined
  return le !== undefined && !(value <= le) ? undefined : value
}

function limitText({ ge, gt, le }: Limits): string {
  if (ge !== undefined && le !== undefined) return ` from ${ge} to ${le}`
  if (ge !== undefined) return ` not below ${ge}`
  if (gt !== undefined) return ` above ${gt}`
  return ''
}

const durationForms = 'a duration: ISO 8601 such as PT30S, or HH:MM:SS'

/** A span as ISO 8601 or clock text; a bare number of seconds only in TOML files (the reference refuses "30" as text). */
export const duration: Kind<Duration> = {
  accepts: durationForms,
  read: (input) => (typeof input === 'string' ? parseDuration(input) : secondsToDuration(readNumber(input))),
  write: durationToIso,
}

/** The same, with a bare number of seconds as text too. */
export function seconds(limits: { gt?: Duration; words?: string } = {}): Kind<Duration> {
  return {
    accepts: `a number of seconds or ${durationForms}${limits.words ?? ''}`,
    read: (input) => {
      const value = secondsToDuration(readNumber(input)) ?? (typeof input === 'string' ? parseDuration(input) : undefined)
      return limits.gt !== undefined && value !== undefined && value.microseconds <= limits.gt.microseconds ? undefined : value
    },
    write: durationToIso,
  }
}

function secondsToDuration(value: number | undefined): Duration | undefined {
  return value === undefined || !(Math.abs(value) < 86_400e9) ? undefined : Duration.fromSeconds(value)
}

export function literal<const Words extends readonly string[]>(...words: Words): Kind<Words[number]> {
  return {
    accepts: words.length === 1 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`,
    read: (input) => words.find((word) => word === input),
    write: (value) => value,
  }
}

const levels = literal('DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL')

export const logLevel: typeof levels = {
  ...levels,
  read: (input) => levels.read(typeof input === 'string' ? input.toUpperCase() : input),
}

/** May be left out, and is null then. There is no way to write null. */
export function nullable<T>(kind: Kind<T>): Kind<T | null> {
  return { ...kind, read: (input) => kind.read(input), write: (value) => (value === null ? null : kind.write(value)) }
}
