import { civilDate, dayNumber, daysInMonth, lastDay, modulo, secondsPerDay, weekday } from '../calendar.ts'
import { ScheduleError } from '../error.ts'
import { checkTime } from './date-text.ts'
import { type Period, periodAt, skipPeriods } from './period.ts'
import { Refused } from './refused.ts'
import { Frequency, greatestCommonDivisor, type Rule, sorted, timesOfDay } from './rule.ts'
import { YearDays } from './year-days.ts'

/** Between which wall times dates are wanted; others may be left out of the expansion. */
export interface Span {
  from: number
  to: number
}

/** No rule may hold its thread for longer than some seconds, where the reference would go on for minutes or for ever. */
const maxPeriods = 3_000_000
const maxPeriodsWithoutProgress = 2000

/** The wall times of a rule in order, as dateutil expands it. */
export function* expandRule(rule: Rule, span: Span): Generator<number> {
  const { frequency, setPositions, start, until } = rule
  const period = periodAt(start)
  let left = rule.count
  if (left === null) skipPeriods(rule, period, span.from)
  else if (hasOneDateEach(rule, period)) left -= skipPeriods(rule, period, span.from)
  let times = frequency < Frequency.hourly ? rule.times : initialTimes(rule, period)
  const limit = rule.interval === 0 ? maxPeriodsWithoutProgress : maxPeriods
  let year = new YearDays(rule, period.year)
  for (let count = 0; ; count++) {
    if (count > limit) throw new ScheduleError('the rule has too few dates to search for them')
    if (year.year !== period.year) year = new YearDays(rule, period.year)
    year.prepare(period.month)
    const [from, to] = dayRange(rule, period, year)
    if ((year.first + from) * secondsPerDay > span.to) return
    const days: number[] = []
    for (let index = from; index < to; index++) if (allowsDay(rule, year, index, period.month)) days.push(index)
    const dates = setPositions !== null && times.length > 0 ? byPosition(setPositions, days, times) : allOf(days, times)
    for (const date of dates) {
      const wall = year.first * secondsPerDay + date
      if (until !== null && wall > until) return
      if (wall < start) continue
      if (left !== null && --left < 0) return
      yield wall
    }
    const filtered = days.length < to - from
    if (!advance(rule, period, filtered)) return
    if (frequency >= Frequency.hourly) times = timesOf(rule, period)
  }
}

/** True for a sub-daily rule that limits nothing: as each period has one date, those passed over can be counted. */
function hasOneDateEach(rule: Rule, period: Period): boolean {
  if (rule.frequency < Frequency.hourly || rule.interval < 1) return false
  const { months, monthDays, yearDays, weekNumbers, easterOffsets, weekdays, setPositions, hours, minutes, seconds } = rule
  const limits = [months, monthDays, yearDays, weekNumbers, easterOffsets, weekdays, setPositions, hours]
  if (rule.frequency >= Frequency.minutely) limits.push(minutes)
  if (rule.frequency >= Frequency.secondly) limits.push(seconds)
  return limits.every((limit) => limit === null) && timesOf(rule, period).length === 1
}

/** The times of a sub-daily period, none when its hour, minute or second is not among those that the rule names. */
function initialTimes(rule: Rule, period: Period): number[] {
  const { frequency, hours, minutes, seconds } = rule
  if (hours !== null && !hours.has(period.hour)) return []
  if (frequency >= Frequency.minutely && minutes !== null && !minutes.has(period.minute)) return []
  if (frequency >= Frequency.secondly && seconds !== null && !seconds.has(period.second)) return []
  return timesOf(rule, period)
}

function timesOf({ frequency, minutes, seconds }: Rule, { hour, minute, second }: Period): number[] {
  try {
    if (frequency === Frequency.hourly) return timesOfDay([hour], sorted(minutes), sorted(seconds))
    if (frequency === Frequency.minutely) return timesOfDay([hour], [minute], sorted(seconds))
    checkTime(hour, minute, second)
    return [hour * 3600 + minute * 60 + second]
  } catch (error) {
    if (error instanceof Refused) throw new ScheduleError(error.message)
    throw error
  }
}

/** The days of a period as indices in its year; a week may run on into the next. */
function dayRange({ frequency, weekStart }: Rule, { month, day }: Period, year: YearDays): [from: number, to: number] {
  if (frequency === Frequency.yearly) return [0, year.length]
  const first = dayNumber(year.year, month, 1) - year.first
  if (frequency === Frequency.monthly) return [first, first + daysInMonth(year.year, month)]
  const index = first + day - 1
  if (day < 1 || year.first + index > lastDay) throw new ScheduleError('day is out of range for month')
  if (frequency !== Frequency.weekly) return [index, index + 1]
  return [index, index + 7 - modulo(year.weekdayOf(index) - weekStart, 7)]
}

function allowsDay(rule: Rule, year: YearDays, index: number, periodMonth: number): boolean {
  const { months, weekdays, monthDays, yearDays } = rule
  if (!year.allows(index, periodMonth)) return false
  if (weekdays !== null && !weekdays.has(year.weekdayOf(index))) return false
  if (yearDays !== null) {
    const [place, length] = index < year.length ? [index, year.length] : [index - year.length, year.nextLength]
    if (!yearDays.has(place + 1) && !yearDays.has(place - length)) return false
  }
  if (months === null && monthDays === null) return true
  // dateutil takes the month of a day past the year's end from January too.
  const date = civilDate(year.first + index)
  if (months !== null && !months.has(date.month)) return false
  return monthDays === null || monthDays.has(date.day) || monthDays.has(date.day - daysInMonth(date.year, date.month) - 1)
}

function* allOf(days: number[], times: number[]): Generator<number> {
  for (const day of days) for (const time of times) yield day * secondsPerDay + time
}

function byPosition(positions: number[], days: number[], times: number[]): number[] {
  const found = new Set<number>()
  for (const position of positions) {
    const place = position < 0 ? position : position - 1
    const day = days.at(Math.floor(place / times.length))
    const time = times[modulo(place, times.length)]
    if (day !== undefined && time !== undefined) found.add(day * secondsPerDay + time)
  }
  return sorted(found)
}

/** Moves on to the next period; false when the calendar ends. */
function advance(rule: Rule, period: Period, filtered: boolean): boolean {
  const { frequency, interval, weekStart } = rule
  if (frequency === Frequency.yearly) {
    period.year += interval
    return checkYear(period.year)
  }
  if (frequency === Frequency.monthly) {
    const months = period.year * 12 + period.month - 1 + interval
    period.year = Math.floor(months / 12)
    period.month = modulo(months, 12) + 1
    return checkYear(period.year)
  }
  if (frequency === Frequency.weekly) {
    const today = weekday(dayNumber(period.year, period.month, period.day))
    period.day += interval * 7 - modulo(today - weekStart, 7)
  } else if (frequency === Frequency.daily) period.day += interval
  else if (frequency === Frequency.hourly) advanceHour(rule, period, filtered)
  else if (frequency === Frequency.minutely) advanceMinute(rule, period, filtered)
  else advanceSecond(rule, period, filtered)
  return settleDay(period)
}

function checkYear(year: number): boolean {
  if (year < 1) throw new ScheduleError(`year ${year} is out of range`)
  return year <= 9999
}

/** Carries days past the month's end into the next months. */
function settleDay(period: Period): boolean {
  if (period.day <= daysInMonth(period.year, period.month)) return true
  const days = dayNumber(period.year, period.month, 1) + period.day - 1
  if (days > lastDay) return false
  Object.assign(period, civilDate(days))
  return true
}

function advanceHour({ interval, hours }: Rule, period: Period, filtered: boolean): void {
  if (filtered) period.hour += stepsWithin(23 - period.hour, interval)
  const [days, hour] = hours === null ? carry(period.hour + interval, 24) : nextAmong(period.hour, interval, hours, 24)
  period.hour = hour
  period.day += days
}

function advanceMinute({ interval, hours, minutes }: Rule, period: Period, filtered: boolean): void {
  if (filtered) period.minute += stepsWithin(1439 - (period.hour * 60 + period.minute), interval)
  const rounds = 1440 / greatestCommonDivisor(interval, 1440)
  for (let round = 0; round < rounds; round++) {
    const [hour, minute] = minutes === null ? carry(period.minute + interval, 60) : nextAmong(period.minute, interval, minutes, 60)
    period.minute = minute
    carryHours(period, hour)
    if (hours === null || hours.has(period.hour)) return
  }
  throw new ScheduleError('Invalid combination of interval and byhour resulting in empty rule.')
}

function advanceSecond({ interval, hours, minutes, seconds }: Rule, period: Period, filtered: boolean): void {
  if (filtered) period.second += stepsWithin(86_399 - (period.hour * 3600 + period.minute * 60 + period.second), interval)
  const rounds = 86_400 / greatestCommonDivisor(interval, 86_400)
  for (let round = 0; round < rounds; round++) {
    const [minute, second] = seconds === null ? carry(period.second + interval, 60) : nextAmong(period.second, interval, seconds, 60)
    period.second = second
    const [hour, minuteOfHour] = carry(period.minute + minute, 60)
    period.minute = minuteOfHour
    carryHours(period, hour)
    if ((hours === null || hours.has(period.hour)) && (minutes === null || minutes.has(period.minute))) return
  }
  throw new ScheduleError('Invalid combination of interval, byhour and byminute resulting in empty rule.')
}

function carryHours(period: Period, hours: number): void {
  const [days, hour] = carry(period.hour + hours, 24)
  period.hour = hour
  period.day += days
}

/** How far whole intervals lead without leaving the day: a day that is ruled out is passed over at once. */
function stepsWithin(rest: number, interval: number): number {
  if (interval === 0) throw new ScheduleError('integer division or modulo by zero')
  return Math.floor(rest / interval) * interval
}

function carry(value: number, base: number): [carried: number, rest: number] {
  return [Math.floor(value / base), modulo(value, base)]
}

/** The next value of the unit that the rule names, in steps of the interval, with what is carried over. */
function nextAmong(value: number, interval: number, allowed: Set<number>, base: number): [carried: number, rest: number] {
  let carried = 0
  let rest = value
  for (let step = 0; step < base; step++) {
    const [more, next] = carry(rest + interval, base)
    carried += more
    rest = next
    if (allowed.has(rest)) return [carried, rest]
  }
  throw new ScheduleError('cannot unpack non-iterable NoneType object')
}
