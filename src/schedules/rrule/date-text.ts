import type { Timestamp } from '../../values/timestamp.ts'
import { type CivilDate, dayNumber, daysInMonth, modulo, secondsPerDay, weekday } from '../calendar.ts'
import { isDigits, parseWholeNumber } from '../python-text.ts'
import { type DateParts, resolveDate } from './date-parts.ts'
import { tokenizeDate } from './date-tokens.ts'
import { Refused } from './refused.ts'

/** A date as a rule's text gives it; whether it names a zone matters, which one does not. */
export interface TextDate {
  wall: number
  microseconds: number
  aware: boolean
}

interface Reading extends Partial<Record<'year' | 'month' | 'day' | 'weekday' | 'hour' | 'minute' | 'second' | 'microsecond', number>> {
  zoneName?: string
  zoneOffset?: number
}

const weekdayNames = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const monthNames = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]
const fillers = new Set([' ', '.', ',', ';', '-', '/', "'", 'at', 'on', 'and', 'ad', 'm', 't', 'of', 'st', 'nd', 'rd', 'th'])
const timeUnits = new Map([
  ['h', 0],
  ['hour', 0],
  ['hours', 0],
  ['m', 1],
  ['minute', 1],
  ['minutes', 1],
  ['s', 2],
  ['second', 2],
  ['seconds', 2],
])
const halves = new Map([
  ['am', 0],
  ['a', 0],
  ['pm', 1],
  ['p', 1],
])
const utcNames = new Set(['utc', 'gmt', 'z'])

/** Not a date; becomes dateutil's message about the whole text. */
class NoDate extends Error {}

/** Reads a date as dateutil's parser does; parts that the text leaves out are today's. Throws Refused. */
export function parseTextDate(text: string, now: Timestamp): TextDate {
  const reading: Reading = {}
  try {
    readTokens(tokenizeDate(text), reading, now)
  } catch (error) {
    if (error instanceof NoDate) throw new Refused(`Unknown string format: ${text}`)
    throw error
  }
  if (Object.keys(reading).length === 0) throw new Refused(`String does not contain a date: ${text}`)
  const { zoneName, zoneOffset } = reading
  const aware = zoneOffset !== undefined || (zoneName !== undefined && utcNames.has(zoneName.toLowerCase()))
  try {
    return { wall: wallOf(reading, now), microseconds: reading.microsecond ?? 0, aware }
  } catch (error) {
    if (error instanceof Refused) throw new Refused(`${error.message}: ${text}`)
    throw error
  }
}

function readTokens(tokens: string[], reading: Reading, now: Timestamp): void {
  const parts: DateParts = { values: [], labels: {}, hasCentury: false }
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] ?? ''
    const lower = token.toLowerCase()
    const half = halves.get(lower)
    if (/^(?:nan|inf|infinity)$/.test(lower)) throw new NoDate()
    if (isNumber(token)) index = readNumber(tokens, index, parts, reading)
    else if (nameIndex(weekdayNames, lower) >= 0) reading.weekday = nameIndex(weekdayNames, lower)
    else if (monthOf(token) !== null) index = readMonthName(tokens, index, parts)
    else if (half !== undefined) {
      if (reading.hour === undefined || reading.hour > 12) throw new NoDate()
      reading.hour = hourOfHalf(reading.hour, half)
    } else if (couldBeZone(token, reading)) readZoneName(tokens, index, reading)
    else if (reading.hour !== undefined && (token === '+' || token === '-')) index = readOffset(tokens, index, reading)
    else if (!fillers.has(lower)) throw new NoDate()
  }
  const date = resolveDate(parts)
  if (date === null) throw new NoDate()
  if (date.year !== undefined) reading.year = parts.hasCentury ? date.year : nearestYear(date.year, now)
  if (date.month !== undefined) reading.month = date.month
  if (date.day !== undefined) reading.day = date.day
}

function isNumber(token: string): boolean {
  return isDigits(token.replace('.', ''))
}

/** Names count in full or by their first three letters; September also as "sept". */
function nameIndex(names: string[], lower: string): number {
  return names.findIndex((name) => lower === name || lower === name.slice(0, 3) || (lower === 'sept' && name === 'september'))
}

function monthOf(token: string): number | null {
  const index = nameIndex(monthNames, token.toLowerCase())
  return index < 0 ? null : index + 1
}

/** Two-digit years lie within fifty years of now. */
function nearestYear(year: number, now: Timestamp): number {
  if (year >= 100) return year
  const thisYear = localDate(now).year
  const guess = year + thisYear - (thisYear % 100)
  if (guess >= thisYear + 50) return guess - 100
  return guess < thisYear - 50 ? guess + 100 : guess
}

function localDate(now: Timestamp): CivilDate {
  const local = new Date(now.milliseconds)
  return { year: local.getFullYear(), month: local.getMonth() + 1, day: local.getDate() }
}

function append(parts: DateParts, text: string, label?: 'year' | 'month' | 'day'): void {
  const isYear = /^\p{Nd}{3,}$/u.test(text)
  if (isYear) parts.hasCentury = true
  const name = isYear ? 'year' : label
  const value = integer(text)
  if (name !== undefined) {
    if (parts.labels[name] !== undefined || (isYear && label !== undefined && label !== 'year')) throw new NoDate()
    parts.labels[name] = parts.values.length
  }
  parts.values.push(value)
}

function appendNumber(parts: DateParts, value: number): void {
  if (value > 100) {
    parts.hasCentury = true
    if (parts.labels.year !== undefined) throw new NoDate()
    parts.labels.year = parts.values.length
  }
  parts.values.push(Math.trunc(value))
}

function integer(text: string | undefined): number {
  const value = text === undefined ? null : parseWholeNumber(text)
  if (value === null) throw new NoDate()
  return value
}

/** `Jan-01` and `Jan-01-99`. */
function readMonthName(tokens: string[], index: number, parts: DateParts): number {
  append(parts, String(monthOf(tokens[index] ?? '')), 'month')
  const separator = tokens[index + 1]
  if (separator !== '-' && separator !== '/') return index
  append(parts, present(tokens[index + 2]))
  if (tokens[index + 3] !== separator) return index + 2
  append(parts, present(tokens[index + 4]))
  return index + 4
}

function present(token: string | undefined): string {
  if (token === undefined) throw new NoDate()
  return token
}

function readNumber(tokens: string[], index: number, parts: DateParts, reading: Reading): number {
  const token = tokens[index] ?? ''
  const next = tokens[index + 1]
  const value = Number(token)
  const { length } = token
  const endsNumber = next === undefined || (next !== ':' && !timeUnits.has(next.toLowerCase()))
  if (parts.values.length === 3 && (length === 2 || length === 4) && reading.hour === undefined && endsNumber) {
    reading.hour = integer(token.slice(0, 2))
    if (length === 4) reading.minute = integer(token.slice(2))
  } else if (length === 6 || (length > 6 && token.indexOf('.') === 6)) {
    if (parts.values.length === 0 && !token.includes('.')) for (const start of [0, 2, 4]) append(parts, token.slice(start, start + 2))
    else {
      reading.hour = integer(token.slice(0, 2))
      reading.minute = integer(token.slice(2, 4))
      readSeconds(token.slice(4), reading)
    }
  } else if (length === 8 || length === 12 || length === 14) {
    append(parts, token.slice(0, 4), 'year')
    append(parts, token.slice(4, 6))
    append(parts, token.slice(6, 8))
    if (length > 8) {
      reading.hour = integer(token.slice(8, 10))
      reading.minute = integer(token.slice(10, 12))
    }
    if (length > 12) reading.second = integer(token.slice(12))
  } else if (unitIndex(tokens, index) !== null) return readUnit(tokens, index, value, reading)
  else if (next === ':' && tokens[index + 2] !== undefined) return readClock(tokens, index, value, reading)
  else if (next === '-' || next === '/' || next === '.') return readSeparated(tokens, index, parts)
  else if (next === undefined || fillers.has(next.toLowerCase())) {
    const half = halves.get(tokens[index + 2]?.toLowerCase() ?? '')
    if (half === undefined) appendNumber(parts, value)
    else reading.hour = hourOfHalf(Math.trunc(value), half)
    return half === undefined ? index + 1 : index + 2
  } else if (halves.has(next.toLowerCase()) && value < 24) {
    reading.hour = hourOfHalf(Math.trunc(value), halves.get(next.toLowerCase()) ?? 0)
    return index + 1
  } else if (couldBeDay(parts, value)) appendNumber(parts, value)
  else throw new NoDate()
  return index
}

function hourOfHalf(hour: number, half: number): number {
  if (half === 1) return hour < 12 ? hour + 12 : hour
  return hour === 12 ? 0 : hour
}

function unitIndex(tokens: string[], index: number): number | null {
  const isUnit = (at: number) => timeUnits.has(tokens[at]?.toLowerCase() ?? '')
  if (isUnit(index + 1)) return index + 1
  return isUnit(index - 1) ? index - 1 : null
}

/** `12h`, or the `04` of `12h04`. */
function readUnit(tokens: string[], index: number, value: number, reading: Reading): number {
  const at = unitIndex(tokens, index) ?? index
  const unit = (timeUnits.get(tokens[at]?.toLowerCase() ?? '') ?? 0) + (at < index ? 1 : 0)
  if (unit === 0) {
    reading.hour = Math.trunc(value)
    if (value % 1 !== 0) reading.minute = sixtieths(value)
  } else if (unit === 1) readMinutes(value, reading)
  else if (unit === 2) readSeconds(tokens[index] ?? '', reading)
  return Math.max(at, index)
}

function readClock(tokens: string[], index: number, value: number, reading: Reading): number {
  reading.hour = Math.trunc(value)
  const minutes = tokens[index + 2] ?? ''
  if (!isNumber(minutes)) throw new NoDate()
  readMinutes(Number(minutes), reading)
  const seconds = tokens[index + 4]
  if (tokens[index + 3] !== ':' || seconds === undefined) return index + 2
  readSeconds(seconds, reading)
  return index + 4
}

function readMinutes(value: number, reading: Reading): void {
  reading.minute = Math.trunc(value)
  if (value % 1 !== 0) reading.second = sixtieths(value)
}

function sixtieths(value: number): number {
  return Math.floor(60 * (value % 1) + 1e-9)
}

function readSeconds(text: string, reading: Reading): void {
  const [whole, fraction, ...rest] = text.split('.')
  if (rest.length > 0) throw new NoDate()
  reading.second = integer(whole)
  reading.microsecond = fraction === undefined ? 0 : integer(fraction.padEnd(6, '0').slice(0, 6))
}

/** `01-02-03`, `01/Jan/03`. */
function readSeparated(tokens: string[], index: number, parts: DateParts): number {
  append(parts, tokens[index] ?? '')
  const separator = tokens[index + 1]
  const second = tokens[index + 2]
  if (second === undefined || fillers.has(second.toLowerCase())) return index + 1
  appendDayOrMonth(parts, second)
  if (tokens[index + 3] !== separator) return index + 2
  const third = present(tokens[index + 4])
  const month = monthOf(third)
  append(parts, month === null ? third : String(month), month === null ? undefined : 'month')
  return index + 4
}

function appendDayOrMonth(parts: DateParts, token: string): void {
  if (isDigits(token)) append(parts, token)
  else append(parts, String(monthOf(token) ?? ''), 'month')
}

function couldBeDay(parts: DateParts, value: number): boolean {
  const { labels, values } = parts
  if (labels.day !== undefined || value < 1) return false
  if (labels.month === undefined) return value <= 31
  const year = labels.year === undefined ? 2000 : (values[labels.year] ?? 2000)
  const month = values[labels.month] ?? 0
  if (month < 1 || month > 12) throw new NoDate()
  return value <= daysInMonth(year, month)
}

function couldBeZone(token: string, reading: Reading): boolean {
  return (
    reading.hour !== undefined &&
    reading.zoneName === undefined &&
    reading.zoneOffset === undefined &&
    token.length <= 5 &&
    (/^[A-Z]+$/.test(token) || token === 'z')
  )
}

/** `GMT+3` says that GMT is three hours ahead, so the sign is turned for what follows. */
function readZoneName(tokens: string[], index: number, reading: Reading): void {
  const name = tokens[index] ?? ''
  const sign = tokens[index + 1]
  const signed = sign === '+' || sign === '-'
  if (signed) tokens[index + 1] = sign === '+' ? '-' : '+'
  if (!signed || !utcNames.has(name.toLowerCase())) reading.zoneName = name
}

function readOffset(tokens: string[], index: number, reading: Reading): number {
  const sign = tokens[index] === '+' ? 1 : -1
  const digits = present(tokens[index + 1])
  const long = digits.length === 4
  const colon = !long && tokens[index + 2] === ':'
  if (!long && !colon && digits.length > 2) throw new NoDate()
  const hours = integer(colon ? digits : digits.slice(0, 2))
  const minutes = long ? integer(digits.slice(2)) : colon ? integer(tokens[index + 3]) : 0
  reading.zoneOffset = sign * (hours * 3600 + minutes * 60)
  return index + (colon ? 3 : 1)
}

function wallOf(reading: Reading, now: Timestamp): number {
  const today = localDate(now)
  const { year = today.year, month = today.month, hour = 0, minute = 0, second = 0 } = reading
  if (reading.day === undefined && (month < 1 || month > 12)) throw new Refused(`bad month number ${month}; must be 1-12`)
  if (year >= 2 ** 31) throw new Refused('Python int too large to convert to C int')
  if (year < 1 || year > 9999) throw new Refused(`year ${year} is out of range`)
  if (month < 1 || month > 12) throw new Refused('month must be in 1..12')
  const day = reading.day ?? Math.min(today.day, daysInMonth(year, month))
  if (day < 1 || day > daysInMonth(year, month)) throw new Refused('day is out of range for month')
  checkTime(hour, minute, second)
  const days = dayNumber(year, month, day)
  const moved = reading.weekday !== undefined && !reading.day ? modulo(reading.weekday - weekday(days), 7) : 0
  return (days + moved) * secondsPerDay + hour * 3600 + minute * 60 + second
}

/** What `datetime.time` says of parts out of range. */
export function checkTime(hour: number, minute: number, second: number): void {
  if (hour < 0 || hour > 23) throw new Refused('hour must be in 0..23')
  if (minute < 0 || minute > 59) throw new Refused('minute must be in 0..59')
  if (second < 0 || second > 59) throw new Refused('second must be in 0..59')
}
