/** The texts and numbers that pydantic takes for a span of time. */
import { Duration } from '../values/duration.ts'
import { microsecondsOf } from './instants.ts'

/** What is wrong with a span, in the words that clients see. */
export class SpanProblem {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

const tooShort = new SpanProblem('input is too short')
const badNumber = new SpanProblem('invalid digit in duration')
const badDays = new SpanProblem('"day" identifier in duration not correctly formatted')
const tooLarge = new SpanProblem('a numeric value in the duration is too large')
const tooManyDays = new SpanProblem('durations may not exceed 999,999,999 days')
const tooManyHours = new SpanProblem('durations may not exceed 999,999,999 hours')
const extraCharacters = new SpanProblem('unexpected extra characters at the end of the input')

interface Parts {
  days: number
  seconds: number
  microseconds: number
}

const most32 = 2 ** 32 - 1

function spanOf({ days, seconds, microseconds }: Parts, sign: number): Duration | SpanProblem {
  const allSeconds = seconds + Math.floor(microseconds / 1_000_000)
  if (days + Math.floor(allSeconds / 86_400) > 999_999_999) return tooManyDays
  return Duration.fromMicroseconds(sign * ((days * 86_400 + seconds) * 1_000_000 + microseconds))
}

/** Reads a number of seconds. */
export function spanOfNumber(value: number): Duration | SpanProblem {
  if (Number.isNaN(value)) return new SpanProblem('NaN values not permitted')
  const absolute = Math.abs(value)
  const seconds = Math.floor(absolute)
  const microseconds = Number.isFinite(absolute) ? Math.round((absolute - seconds) * 1_000_000) : 0
  return spanOf({ days: 0, seconds, microseconds }, value < 0 ? -1 : 1)
}

/** Reads ISO 8601 (`P1DT2H`), `3 days, 10:20:30` or `10:20:30`. */
export function spanOfText(text: string): Duration | SpanProblem {
  const unsigned = text.replace(/^[-+]/, '')
  const bytes = Buffer.byteLength(unsigned)
  const parts =
    text === ''
      ? tooShort
      : unsigned.startsWith('P')
        ? parseIso(unsigned)
        : /d/i.test(text) || bytes < 5
          ? parseDays(unsigned)
          : parseTime(unsigned)
  return parts instanceof SpanProblem ? parts : spanOf(parts, text.startsWith('-') ? -1 : 1)
}

const isoUnits: Record<'date' | 'time', Record<string, number>> = {
  date: { Y: 365, M: 30, W: 7, D: 1 },
  time: { H: 3600, M: 60, S: 1 },
}
const quantity = /(\d+)(?:([.,])(\d*))?/y

function parseIso(text: string): Parts | SpanProblem {
  const parts = { days: 0, seconds: 0, microseconds: 0 }
  let part: 'date' | 'time' = 'date'
  let hadFraction = false
  let index = 1
  while (index < text.length) {
    if (text[index] === 'T') {
      if (part === 'time') return new SpanProblem('`t` character repeated in duration')
      part = 'time'
      index++
      continue
    }
    quantity.lastIndex = index
    const match = quantity.exec(text)
    if (match === null) return badNumber
    const [whole, digits = '', point, decimals = ''] = match
    if (Number(digits) > most32) return tooLarge
    if (hadFraction) return new SpanProblem('quantity fraction invalid in duration')
    hadFraction = point !== undefined
    index += whole.length
    const size = isoUnits[part][text[index] ?? '']
    if (size === undefined) return new SpanProblem(`quantity invalid in ${part} part of duration`)
    if (Number(digits) * size > most32) return tooLarge
    addQuantity(parts, part, Number(digits) * size, decimals === '' ? 0 : (Number(decimals) / 10 ** decimals.length) * size)
    if (parts.days > most32 || parts.seconds > most32) return tooLarge
    index++
  }
  // `P` and `PT` alone are nothing.
  return index < 3 ? tooShort : parts
}

function addQuantity(parts: Parts, part: 'date' | 'time', whole: number, fraction: number): void {
  if (part === 'date') {
    parts.days += whole + Math.trunc(fraction)
    addQuantity(parts, 'time', 0, (fraction - Math.trunc(fraction)) * 86_400)
    return
  }
  parts.seconds += whole + Math.trunc(fraction)
  parts.microseconds += Math.round((fraction - Math.trunc(fraction)) * 1_000_000)
}

/** `3 days, 10:20:30`: a number, the word, and a time that may be missing. */
function parseDays(text: string): Parts | SpanProblem {
  if (text === '') return tooShort
  const number = /^\d+/.exec(text)?.[0]
  if (number === undefined) return badNumber
  if (Number(number) > most32) return tooLarge
  const match = /^\d+ ?[dD]/.exec(text)
  if (match === null) return badDays
  const afterLetter = text.slice(match[0].length)
  if (/^[aA](?![yY])/.test(afterLetter)) return badDays
  const written = afterLetter.replace(/^(?:[aA][yY][sS]?)?,? ?/, '')
  const days = Number(number)
  if (written === '') return { days, seconds: 0, microseconds: 0 }
  const time = parseTime(written)
  if (time instanceof SpanProblem) return time
  return time.days > 0 ? tooManyHours : { ...time, days }
}

const minuteForms = /^(\d\d)(?::(\d\d)(?:[.,](\d+))?)?/

/** `hours:minutes:seconds.fraction` with any number of hours. */
function parseTime(text: string): Parts | SpanProblem {
  if (Buffer.byteLength(text) < 5) return tooShort
  const colon = text.indexOf(':')
  const hours = colon === -1 ? '' : text.slice(0, colon)
  if (colon === -1) return new SpanProblem('invalid character in hour')
  if (Buffer.byteLength(hours) > 10) return tooManyHours
  if (!/^\d*$/.test(hours)) return new SpanProblem('invalid character in hour')
  if (Number(hours) > 2_400_000_000) return tooManyHours
  const clock = parseMinutes(text.slice(colon + 1))
  if (clock instanceof SpanProblem) return clock
  const hour = Number(hours)
  return { days: Math.floor(hour / 24), seconds: (hour % 24) * 3600 + clock.seconds, microseconds: clock.microseconds }
}

/** What follows the hours. More than twelve characters are cut off, unseen. */
function parseMinutes(text: string): { seconds: number; microseconds: number } | SpanProblem {
  const seen = text.slice(0, 12)
  const match = minuteForms.exec(seen)
  const [whole, minute, second, fraction = ''] = match ?? []
  if (whole === undefined) return seen.length < 2 ? tooShort : new SpanProblem('invalid character in minute')
  if (Number(minute) > 59) return new SpanProblem('minute value is outside expected range of 0-59')
  const rest = seen.slice(whole.length)
  if (second === undefined && rest.startsWith(':')) return new SpanProblem('invalid character in second')
  if (Number(second ?? 0) > 59) return new SpanProblem('second value is outside expected range of 0-59')
  if (second !== undefined && fraction === '' && /^[.,]/.test(rest)) return new SpanProblem('second fraction digits missing after `.`')
  if (rest !== '') return extraCharacters
  return { seconds: Number(minute) * 60 + Number(second ?? 0), microseconds: microsecondsOf(fraction) }
}
