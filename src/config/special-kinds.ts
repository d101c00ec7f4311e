/** Kinds that one or two settings have: sets, maps and unions, each with what the reference takes. */
import { Duration } from '../values/duration.ts'
import { isJsonObject, isRawNumber, type Json, toNumber } from '../values/json.ts'
import { type Kind, readInteger, readNumber, seconds, writeFloat } from './kinds.ts'

/** Names separated by commas, or a list. */
export const names: Kind<readonly string[]> = {
  accepts: 'names separated by commas',
  takesJson: true,
  read: (input) => {
    if (isNothing(input)) return []
    if (typeof input === 'string') return unique(input.split(',').map((part) => part.trim()))
    return Array.isArray(input) && input.every((item) => typeof item === 'string') ? unique(input) : undefined
  },
  write: (value) => [...value],
}

/** HTTP status codes separated by commas, or a list. */
export const statusCodes: Kind<readonly number[]> = {
  accepts: 'HTTP status codes from 100 to 599 separated by commas',
  takesJson: true,
  read: (input) => {
    if (isNothing(input)) return []
    const items: readonly unknown[] = typeof input === 'string' ? input.split(',') : Array.isArray(input) ? input : [input]
    const codes = items.map(readInteger)
    const valid = codes.filter((code) => code !== undefined && code >= 100 && code <= 599)
    return valid.length === codes.length ? unique(valid.filter((code) => code !== undefined)) : undefined
  },
  write: (value) => [...value],
}

/** Header names and their values as JSON. */
export const headers: Kind<Readonly<Record<string, string>>> = {
  accepts: 'a JSON object of texts',
  takesTable: true,
  read: (input) => {
    const entries = entriesOf(input)
    const texts = entries?.filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    return texts !== undefined && texts.length === entries?.length ? Object.fromEntries(texts) : undefined
  },
  write: (value) => ({ ...value }),
}

/** One delay or several, in seconds. Nobody here computes with them, so they are kept as JSON (10.0 is not 10). */
export const retryDelays: Kind<Json> = {
  accepts: 'a number of seconds, or several as a JSON list',
  takesJson: true,
  read: (input) => {
    if (Array.isArray(input)) return allOf(input.map(readNumber))?.map(writeFloat)
    if (isRawNumber(input)) return writeFloat(toNumber(input))
    if (typeof input !== 'string') return typeof input === 'boolean' ? Number(input) : readDelay(input)
    return readInteger(input) ?? readDelay(readNumber(input))
  },
  write: (value) => value,
}

/** The same, where text may also hold several separated by commas, and nothing means none. */
export const taskRetryDelays: Kind<Json> = {
  ...retryDelays,
  accepts: 'numbers of seconds separated by commas',
  read: (input) => {
    if (typeof input !== 'string') return retryDelays.read(input)
    const parts = input.split(',').map((part) => part.trim())
    const delays = allOf(parts.filter((part) => part !== '').map(readNumber))?.map(writeFloat)
    return delays === undefined || delays.length > 1 ? delays : (delays[0] ?? null)
  },
}

function readDelay(input: unknown): Json | undefined {
  return typeof input !== 'number' ? undefined : Number.isInteger(input) ? input : writeFloat(input)
}

export type VacuumType = 'events' | 'flow_runs' | 'orphans'
const vacuumTypes: readonly string[] = ['events', 'flow_runs', 'orphans'] satisfies VacuumType[]

/** What the vacuum removes: true and false are older forms, for everything and for events. */
export const vacuum: Kind<readonly VacuumType[] | boolean> = {
  accepts: 'events, flow_runs and orphans separated by commas, or true or false',
  takesJson: true,
  read: (input) => {
    const truth = typeof input === 'string' ? input.trim().toLowerCase() : input
    if (truth === true || truth === 1 || truth === 'true' || truth === '1') return true
    if (truth === false || truth === 0 || truth === 'false' || truth === '0' || truth === '') return false
    const items: unknown = typeof input === 'string' ? input.split(',').map((part) => part.trim()) : input
    if (!Array.isArray(items)) return undefined
    const known = items.filter((item) => item !== '')
    return known.every(isVacuumType) ? unique(known) : undefined
  },
  write: (value) => (typeof value === 'boolean' ? value : [...value]),
}

function isVacuumType(value: unknown): value is VacuumType {
  return typeof value === 'string' && vacuumTypes.includes(value)
}

const retention = seconds({ gt: Duration.zero })

/** Event names and how long such events are kept. */
export const retentionPeriods: Kind<Readonly<Record<string, Duration>>> = {
  accepts: 'a JSON object of event names and seconds above 0',
  takesTable: true,
  read: (input) => {
    const periods = entriesOf(input)?.map(([name, period]) => ({ name, period: retention.read(period) }))
    if (periods === undefined) return undefined
    const valid = periods.flatMap(({ name, period }) => (period === undefined ? [] : [[name, period] as const]))
    return valid.length === periods.length ? Object.fromEntries(valid) : undefined
  },
  write: (value) => Object.fromEntries(Object.entries(value).map(([name, period]) => [name, retention.write(period)])),
}

/** Anything; text stays text. */
export const anything: Kind<Json> = {
  accepts: 'anything',
  read: (input) => (typeof input === 'string' || typeof input === 'number' || typeof input === 'boolean' ? input : undefined),
  write: (value) => value,
}

function isNothing(input: unknown): boolean {
  return input === '' || input === 0 || input === false || (typeof input === 'object' && input !== null && Object.keys(input).length === 0)
}

function entriesOf(input: unknown): [string, unknown][] | undefined {
  return isJsonObject(input) ? Object.entries(input) : typeof input === 'string' ? entriesOf(parsed(input)) : undefined
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source)
  } catch {
    return undefined
  }
}

function allOf<T>(values: readonly (T | undefined)[]): T[] | undefined {
  const present = values.filter((value) => value !== undefined)
  return present.length === values.length ? present : undefined
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}
