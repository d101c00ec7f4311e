/** The texts and numbers that pydantic takes for an instant. */
import { Timestamp } from '../values/timestamp.ts'

/** A point in civil time; `offset` is its zone's distance from UTC in seconds. */
export interface CivilTime {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  microsecond: number
  offset: number
}

const pad = (value: number, length: number): string => String(value).padStart(length, '0')

/** The instant; undefined when UTC has no year from 1 to 9999 for it, which no database could store. */
export function instantOf(time: CivilTime): Timestamp | undefined {
  const date = `${pad(time.year, 4)}-${pad(time.month, 2)}-${pad(time.day, 2)}`
  const local = `${date}T${pad(time.hour, 2)}:${pad(time.minute, 2)}:${pad(time.second, 2)}`
  const fraction = `.${pad(time.microsecond, 6)}Z`
  if (time.offset === 0) return Timestamp.fromCanonical(local + fraction)
  const utc = new Date(Date.parse(`${local}Z`) - time.offset * 1000).toISOString()
  return /^(?!0000)\d{4}-/.test(utc) ? Timestamp.fromCanonical(utc.slice(0, 19) + fraction) : undefined
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** Six digits of a fraction of a second; the rest is cut off. */
export const microsecondsOf = (digits: string): number => Number(digits.slice(0, 6).padEnd(6, '0'))

const isoDateTime =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?:[Tt _]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d+))?)?(?:[Zz]|([-+\u2212])([01]\d|2[0-3]):?([0-5]\d))?)?$/
const unixTime = /^[-+]?(?:\d+\.?\d*|\.\d+)$/

/** How clients write it nearly always: nothing is left to do. */
const canonical = /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z|\+00:00)$/

/** Reads ISO text, or a number of seconds or milliseconds. */
export function instantOfText(text: string): Timestamp | undefined {
  if (canonical.test(text)) return Timestamp.fromCanonical(`${text.slice(0, 26)}Z`)
  const match = isoDateTime.exec(text)
  if (match === null) return unixTime.test(text) ? instantOfNumber(Number(text)) : undefined
  const [, years = '', months = '', days = '', hour = '00', minute = '00', second = '00', fraction = '', sign, offsetHour, offsetMinute] =
    match
  const [year, month, day] = [Number(years), Number(months), Number(days)]
  if (year === 0 || day > daysInMonth(year, month)) return undefined
  const seconds = (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0)) * 60
  if (seconds === 0) {
    return Timestamp.fromCanonical(`${years}-${months}-${days}T${hour}:${minute}:${second}.${fraction.slice(0, 6).padEnd(6, '0')}Z`)
  }
  const time = { hour: Number(hour), minute: Number(minute), second: Number(second), microsecond: microsecondsOf(fraction) }
  return instantOf({ year, month, day, ...time, offset: sign === '+' ? seconds : -seconds })
}

const zoneAtEnd = /\d([-+\u2212])(\d\d):?(\d\d)$/

/** Seconds from UTC of the zone at the end of a text that is an instant; 0 when it names none. */
export function offsetOfText(text: string): number {
  if (!/[Tt _].*[-+\u2212]/.test(text)) return 0
  const [, sign, hours, minutes] = zoneAtEnd.exec(text) ?? []
  const seconds = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60
  return sign === '+' ? seconds : -seconds
}

const firstUnixSecond = Date.parse('0001-01-01T00:00:00Z') / 1000
const lastUnixSecond = Date.parse('9999-12-31T23:59:59Z') / 1000
/** Numbers beyond are milliseconds. */
const mostSeconds = 20_000_000_000

/** Reads a number of seconds, or of milliseconds when it is large. */
export function instantOfNumber(value: number): Timestamp | undefined {
  const inSeconds = Math.abs(value) <= mostSeconds
  const whole = Math.floor(value)
  // The reference forgets that the fraction of a negative number goes backwards.
  const fraction = Math.abs(value - Math.trunc(value))
  const seconds = inSeconds ? whole : Math.floor(whole / 1000)
  const microseconds = inSeconds ? Math.round(fraction * 1_000_000) : (whole - seconds * 1000) * 1000 + Math.round(fraction * 1000)
  const carried = seconds + Math.floor(microseconds / 1_000_000)
  // NaN fails every comparison.
  if (!(carried >= firstUnixSecond && carried <= lastUnixSecond)) return undefined
  return Timestamp.fromCanonical(`${new Date(carried * 1000).toISOString().slice(0, 19)}.${pad(microseconds % 1_000_000, 6)}Z`)
}
