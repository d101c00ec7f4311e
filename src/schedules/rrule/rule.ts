import type { Timestamp } from '../../values/timestamp.ts'
import { civilDate, modulo, secondsPerDay, weekday } from '../calendar.ts'
import { checkTime, type TextDate } from './date-text.ts'
import { Refused } from './refused.ts'

/** How often a rule repeats; the order counts: sub-daily frequencies come last. */
export const Frequency = { yearly: 0, monthly: 1, weekly: 2, daily: 3, hourly: 4, minutely: 5, secondly: 6 } as const

/** The parts of a recurrence rule as its text gives them. */
export interface RuleParts {
  frequency: number
  interval: number
  count: number | null
  until: TextDate | null
  weekStart: number
  setPositions: number[] | null
  months: number[] | null
  monthDays: number[] | null
  yearDays: number[] | null
  weekNumbers: number[] | null
  easterOffsets: number[] | null
  weekdays: WeekdayPart[] | null
  hours: number[] | null
  minutes: number[] | null
  seconds: number[] | null
}

/** A weekday (Monday is 0), perhaps only its nth in the month or year. */
export interface WeekdayPart {
  weekday: number
  nth: number | null
}

/** A rule that can be expanded: what the text left out is taken from its start. All times are wall times. */
export interface Rule {
  frequency: number
  interval: number
  start: number
  count: number | null
  until: number | null
  weekStart: number
  setPositions: number[] | null
  months: Set<number> | null
  monthDays: Set<number> | null
  yearDays: Set<number> | null
  weekNumbers: Set<number> | null
  easterOffsets: number[] | null
  weekdays: Set<number> | null
  nthWeekdays: WeekdayPart[] | null
  hours: Set<number> | null
  minutes: Set<number> | null
  seconds: Set<number> | null
  /** The seconds of the day, sorted, when the frequency is daily or rarer. */
  times: number[]
}

/** Completes a rule as dateutil's constructor does; throws Refused with its message. */
export function completeRule(parts: RuleParts, start: TextDate, startIsGiven: boolean): Rule {
  const { frequency, interval, until } = parts
  if (until !== null && startIsGiven && start.aware !== until.aware) {
    throw new Refused('RRULE UNTIL values must be specified in UTC when DTSTART is timezone-aware')
  }
  if (parts.setPositions?.some((position) => position === 0 || Math.abs(position) > 366)) {
    throw new Refused('bysetpos must be between 1 and 366, or between -366 and -1')
  }
  const days = Math.floor(start.wall / secondsPerDay)
  const second = start.wall - days * secondsPerDay
  const [startHour, startMinute, startSecond] = [Math.floor(second / 3600), Math.floor((second % 3600) / 60), second % 60]
  const rule: Rule = {
    frequency,
    interval,
    start: start.wall,
    count: parts.count,
    until: until?.wall ?? null,
    weekStart: parts.weekStart,
    setPositions: parts.setPositions,
    ...daySets(parts, days),
    hours: timeSet(parts.hours, Frequency.hourly, frequency, interval, startHour, 24),
    minutes: timeSet(parts.minutes, Frequency.minutely, frequency, interval, startMinute, 60),
    seconds: timeSet(parts.seconds, Frequency.secondly, frequency, interval, startSecond, 60),
    times: [],
  }
  if (frequency < Frequency.hourly) rule.times = timesOfDay(sorted(rule.hours), sorted(rule.minutes), sorted(rule.seconds))
  return rule
}

type DaySets = Pick<Rule, 'months' | 'monthDays' | 'yearDays' | 'weekNumbers' | 'easterOffsets' | 'weekdays' | 'nthWeekdays'>

/** A rule that names no day at all repeats on that of its start. */
function daySets(parts: RuleParts, startDays: number): DaySets {
  const { frequency, yearDays, weekNumbers, easterOffsets } = parts
  let { months, monthDays, weekdays } = parts
  if (!weekNumbers && !yearDays && !monthDays && !weekdays && !easterOffsets) {
    const date = civilDate(startDays)
    if (frequency === Frequency.yearly) months ??= [date.month]
    if (frequency <= Frequency.monthly) monthDays = [date.day]
    if (frequency === Frequency.weekly) weekdays = [{ weekday: weekday(startDays), nth: null }]
  }
  const hasNth = (part: WeekdayPart) => part.nth !== null && frequency <= Frequency.monthly
  const plain = weekdays?.filter((part) => !hasNth(part)).map((part) => part.weekday) ?? []
  const nth = weekdays?.filter(hasNth) ?? []
  const monthDaySet = new Set(monthDays?.filter((day) => day !== 0))
  return {
    months: months && new Set(months),
    monthDays: monthDaySet.size > 0 ? monthDaySet : null,
    yearDays: yearDays && new Set(yearDays),
    weekNumbers: weekNumbers && new Set(weekNumbers),
    easterOffsets,
    weekdays: plain.length > 0 ? new Set(plain) : null,
    nthWeekdays: nth.length > 0 ? nth : null,
  }
}

/** The hours, minutes or seconds that count. Those of the frequency's own unit must be reachable in steps of the interval. */
function timeSet(
  values: number[] | null,
  unit: number,
  frequency: number,
  interval: number,
  start: number,
  base: number,
): Set<number> | null {
  if (values === null) return frequency < unit ? new Set([start]) : null
  if (frequency !== unit) return new Set(values)
  const divisor = greatestCommonDivisor(interval, base)
  const reachable = values.filter((value) => modulo(value - start, divisor) === 0)
  if (reachable.length === 0) throw new Refused('Invalid rrule byxxx generates an empty set.')
  return new Set(reachable)
}

export function greatestCommonDivisor(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)]
  while (y !== 0) [x, y] = [y, x % y]
  return x
}

export function sorted(values: Set<number> | null): number[] {
  return [...(values ?? [])].sort((a, b) => a - b)
}

/** All combinations as seconds of the day, in order; throws Refused for one that no clock shows. */
export function timesOfDay(hours: number[], minutes: number[], seconds: number[]): number[] {
  const times: number[] = []
  for (const hour of hours) {
    for (const minute of minutes) {
      for (const second of seconds) {
        checkTime(hour, minute, second)
        times.push(hour * 3600 + minute * 60 + second)
      }
    }
  }
  return times
}

/** Today at this second on the server's clock: the start of a rule that has none. */
export function startNow(now: Timestamp, aware: boolean): TextDate {
  const wall = Math.floor(now.milliseconds / 1000)
  return { wall: aware ? wall : wall - new Date(now.milliseconds).getTimezoneOffset() * 60, microseconds: 0, aware }
}
