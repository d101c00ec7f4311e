import { Timestamp } from '../values/timestamp.ts'
import { firstDay, lastDay, secondsPerDay } from './calendar.ts'
import { ScheduleError } from './error.ts'

/** A point in time as whole seconds since 1970-01-01T00:00Z and microseconds: exact for all of Python's years. */
export interface Instant {
  seconds: number
  microseconds: number
}

/** One date of a schedule; `wall` is what clocks in its zone show, in microseconds, by which the reference compares dates. */
export interface Occurrence {
  at: Timestamp
  wall: number
}

export function instantOf({ text }: Timestamp): Instant {
  return { seconds: Date.parse(`${text.slice(0, 19)}Z`) / 1000, microseconds: Number(text.slice(20, 26)) }
}

export function timestampOf({ seconds, microseconds }: Instant): Timestamp {
  if (seconds < firstDay * secondsPerDay || seconds >= (lastDay + 1) * secondsPerDay) throw new ScheduleError('date value out of range')
  const text = new Date(seconds * 1000).toISOString().slice(0, 19)
  return Timestamp.fromCanonical(`${text}.${String(microseconds).padStart(6, '0')}Z`)
}

/** The instant moved by a number of seconds, whose fraction is rounded to microseconds as Python's timedelta does. */
export function addSeconds({ seconds, microseconds }: Instant, added: number): Instant {
  const sign = Math.sign(added)
  const whole = Math.floor(Math.abs(added))
  const total = microseconds + sign * roundHalfEven((Math.abs(added) - whole) * 1e6)
  const carry = Math.floor(total / 1e6)
  return { seconds: seconds + sign * whole + carry, microseconds: total - carry * 1e6 }
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

/** Negative when `a` is earlier. */
export function compareInstants(a: Instant, b: Instant): number {
  return a.seconds - b.seconds || a.microseconds - b.microseconds
}

/** Seconds from `b` to `a`. */
export function secondsBetween(a: Instant, b: Instant): number {
  return ((a.seconds - b.seconds) * 1e6 + (a.microseconds - b.microseconds)) / 1e6
}
