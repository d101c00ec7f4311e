/**
 * What the reference does with a text that pydantic does not take for an instant: it asks the library pendulum, which knows
 * the rest of ISO 8601 (weeks, days of the year, basic forms) and a few common forms, and whose refusals clients see.
 */
import { Timestamp } from '../values/timestamp.ts'
import { type CivilTime, daysInMonth, instantOf, microsecondsOf } from './instants.ts'

/** A text that is not an instant; the message is pendulum's, null when only its exceptions know. */
export class PendulumProblem {
  readonly message: string | null
  constructor(message: string | null) {
    this.message = message
  }
}

interface DateParts {
  year: number
  month: number
  day: number
}

interface TimeParts {
  hour: number
  minute: number
  second: number
  microsecond: number
  offset: number
}

/** What a text may turn out to be. */
interface Parsed {
  date?: DateParts
  time?: TimeParts
  isDuration?: true
}

export function parseWithPendulum(text: string): Timestamp | PendulumProblem {
  if (text === 'now') return Timestamp.now()
  const iso = parseIso(text)
  if (iso !== undefined) return iso.isDuration ? isA('pendulum.duration.Duration') : toInstant(iso)
  return parseInterval(text) ?? parseCommon(text)
}

const isA = (type: string): PendulumProblem => new PendulumProblem(`value is not a valid datetime it is a <class '${type}'>`)

/** A time without date is one of today. */
function toInstant({ date, time }: Parsed): Timestamp | PendulumProblem {
  const today = new Date()
  const civil: CivilTime = {
    ...(date ?? { year: today.getUTCFullYear(), month: today.getUTCMonth() + 1, day: today.getUTCDate() }),
    ...(time ?? { hour: 0, minute: 0, second: 0, microsecond: 0, offset: 0 }),
  }
  if (date === undefined) civil.offset = 0
  // Python knows no offset of a day and more; the reference accepts it and fails later.
  const instant = Math.abs(civil.offset) < 86_400 ? instantOf(civil) : undefined
  return instant ?? new PendulumProblem(null)
}

const dateForms = /^(\d{4})(-?)(?:W(\d\d)(?:\2(\d))?|(\d\d)\2(\d\d)|(\d{3})|(?<=-)(\d\d))(?=[T ]|$)/
const timeForms = /^[T ](\d\d)(?:(:?)(\d\d)(?:\2(\d\d)(?:[.,](\d+))?)?)?(?:(Z)|([-+])(\d\d):?(\d\d)?)?$/

/** ISO 8601; undefined when it is something else or does not exist. */
function parseIso(text: string): Parsed | undefined {
  if (text.startsWith('P')) return isDuration(text) ? { isDuration: true } : undefined
  if (text.startsWith('T')) return only(parseTime(text, false))
  if (/^\d\d:/.test(text)) return only(parseTime(`T${text}`, true))
  const match = dateForms.exec(text)
  if (match === null) return undefined
  const [whole, year, separator, week, weekday, month, day, ordinal, monthOnly] = match
  const date =
    week !== undefined
      ? dateOfWeek(Number(year), Number(week), Number(weekday ?? 1))
      : ordinal !== undefined
        ? dateOfOrdinal(Number(year), Number(ordinal), false)
        : { year: Number(year), month: Number(month ?? monthOnly), day: Number(day ?? 1) }
  if (date === undefined || dateProblem(date) !== undefined) return undefined
  if (whole.length === text.length) return { date }
  const time = parseTime(text.slice(whole.length), separator === '-')
  return time === undefined ? undefined : { date, time }
}

const only = (time: TimeParts | undefined): Parsed | undefined => (time === undefined ? undefined : { time })

/** Dates and times are both in the extended form (with separators) or both in the basic one. */
function parseTime(text: string, extended: boolean): TimeParts | undefined {
  const match = timeForms.exec(text)
  if (match === null) return undefined
  const [, hour, separator, minute, second, fraction, , sign, offsetHour, offsetMinute] = match
  if (minute !== undefined && (separator === ':' ? second !== undefined && !extended : extended)) return undefined
  const offsetMinutes = (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0)) * (sign === '-' ? -1 : 1)
  const time = {
    hour: Number(hour),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    microsecond: microsecondsOf(fraction ?? ''),
    offset: offsetMinutes * 60,
  }
  return timeProblem(time) === undefined && offsetMinutes <= 1440 ? time : undefined
}

function dateOfWeek(year: number, week: number, weekday: number): DateParts | undefined {
  const fourthOfJanuary = isoWeekday(year, 1, 4)
  const weeks = isoWeekday(year, 12, 31) === 4 || isoWeekday(year, 1, 1) === 4 ? 53 : 52
  if (week > weeks || weekday > 7) return undefined
  return dateOfOrdinal(year, week * 7 + weekday - (fourthOfJanuary + 3), true)
}

const isoWeekday = (year: number, month: number, day: number): number =>
  new Date(daysSinceEpoch(year, month, day) * 86_400_000).getUTCDay() || 7

function daysSinceEpoch(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day) / 86_400_000
}

function dateOfOrdinal(year: number, ordinal: number, beyondTheYear: boolean): DateParts | undefined {
  const date = new Date(daysSinceEpoch(year, 1, 1) * 86_400_000 + (ordinal - 1) * 86_400_000)
  const parts = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
  if (parts.year !== year && !beyondTheYear) return undefined
  // pendulum takes the last day of a month for day 0 of the next one.
  return parts.day === daysInMonth(parts.year, parts.month) ? undefined : parts
}

const durationUnits = /(\d+)([.,]\d*)?([YMWDHS])/y

/** Units in their order, a fraction only in the last one. Units of zero do not count for the order. */
function isDuration(text: string): boolean {
  const amounts: Record<string, number> = {}
  let index = 1
  let inTime = false
  let hadFraction = false
  if (text.length === 1) return false
  while (index < text.length) {
    if (text[index] === 'T') {
      if (inTime) return false
      inTime = true
      index++
      continue
    }
    durationUnits.lastIndex = index
    const match = durationUnits.exec(text)
    if (match === null || hadFraction) return false
    const [whole, amount, fraction, letter = ''] = match
    const unit = inTime ? `T${letter}` : letter
    const later = laterUnits[unit]
    if (later === undefined || later.some((each) => (amounts[each] ?? 0) !== 0)) return false
    hadFraction = fraction !== undefined
    if (hadFraction && (unit === 'Y' || unit === 'M')) return false
    amounts[unit] = (amounts[unit] ?? 0) + Number(amount)
    index += whole.length
  }
  return true
}

/** What must not come before a unit. */
const laterUnits: Record<string, string[]> = {
  Y: ['M', 'D'],
  M: ['D'],
  W: ['Y', 'M'],
  D: ['W'],
  TH: ['TM', 'TS'],
  TM: ['TS'],
  TS: [],
}

/** `start/end`: never an instant, but there are several ways to say so. */
function parseInterval(text: string): PendulumProblem | undefined {
  const halves = text.split('/')
  const [first, last] = halves.map(parseIso)
  if (halves.length !== 2 || first === undefined || last === undefined) return undefined
  const [start, end] = [first, last].map(kindOf)
  if (start === 'duration' || end === 'duration') {
    return start === 'datetime' || end === 'datetime' ? isA('pendulum.interval.Interval') : new PendulumProblem(null)
  }
  if (start === 'time' || end === 'time') return new PendulumProblem(null)
  return start === end
    ? isA('pendulum.interval.Interval')
    : new PendulumProblem('Both start and end of an Interval must have the same type')
}

function kindOf(parsed: Parsed): 'duration' | 'datetime' | 'date' | 'time' {
  if (parsed.isDuration) return 'duration'
  if (parsed.date === undefined) return 'time'
  return parsed.time === undefined ? 'date' : 'datetime'
}

/** Separators are slashes or colons, numbers of the time may have one digit. Python's `$` also stands before a last line feed. */
const commonForms =
  /^(?:(\d{4})(?:[/:]?(\d\d)[/:]?(\d\d))?)?(?<time> ?(?<hour>\d{1,2}):(?<minute>\d{1,2})?(?::(?<second>\d{1,2}))?(?:[.|,](?<fraction>\d{1,9}))?)?\n?$/

function parseCommon(text: string): Timestamp | PendulumProblem {
  const match = commonForms.exec(text)
  if (match === null) return new PendulumProblem(`Unable to parse string [${text}]`)
  const { time: written, hour, minute, second = '0', fraction = '' } = match.groups ?? {}
  const [, year, month, day] = match
  const date = year === undefined ? undefined : { year: Number(year), month: Number(month ?? 1), day: Number(day ?? 1) }
  if (written === undefined) {
    const required = date ?? { year: 0, month: 1, day: 1 }
    const problem = dateProblem(required)
    return problem === undefined ? toInstant({ date: required }) : new PendulumProblem(problem)
  }
  if (minute === undefined) return new PendulumProblem(null)
  const time = { hour: Number(hour), minute: Number(minute), second: Number(second), microsecond: microsecondsOf(fraction), offset: 0 }
  const problem = (date && dateProblem(date)) ?? timeProblem(time)
  if (problem !== undefined) return new PendulumProblem(problem)
  return toInstant(date === undefined ? { time } : { date, time })
}

/** What Python says about a date that does not exist. */
function dateProblem({ year, month, day }: DateParts): string | undefined {
  if (year < 1 || year > 9999) return `year ${year} is out of range`
  if (month < 1 || month > 12) return 'month must be in 1..12'
  return day < 1 || day > daysInMonth(year, month) ? 'day is out of range for month' : undefined
}

function timeProblem({ hour, minute, second }: TimeParts): string | undefined {
  if (hour > 23) return 'hour must be in 0..23'
  if (minute > 59) return 'minute must be in 0..59'
  return second > 59 ? 'second must be in 0..59' : undefined
}
