import { Timestamp } from '../values/timestamp.ts'
import { cronDates } from './cron-dates.ts'
import { type CronExpression, isRandomCron, parseCron } from './cron-expression.ts'
import { ScheduleError } from './error.ts'
import { instantOf, type Occurrence } from './instant.ts'
import { intervalDates } from './interval.ts'
import { rruleDates } from './rrule/dates.ts'
import type { CronSchedule, IntervalSchedule, RRuleSchedule, Schedule } from './schedules.ts'
import { maxIterations, type Window } from './window.ts'
import { findZone } from './zone.ts'

/** Which dates are wanted: from `start` (now) to `end`, `n` of them (all up to `end`, or one without an end). */
export interface DatesOptions {
  n?: number | null
  start?: Timestamp | null
  end?: Timestamp | null
  now?: Timestamp
}

/** The dates of a schedule in the order in which the reference finds them, for who stops early. Throws ScheduleError. */
export function* generateDates(schedule: Schedule, options: DatesOptions = {}): Generator<Timestamp> {
  for (const { at } of occurrences(schedule, options)) yield at
}

/** The dates as `generateDates` gives them, with what clocks in the schedule's zone show. Throws ScheduleError. */
export function* generateOccurrences(schedule: Schedule, options: DatesOptions = {}): Generator<Occurrence> {
  yield* occurrences(schedule, options)
}

/** The dates of a schedule in the order of what clocks in its zone show. Throws ScheduleError. */
export function scheduleDates(schedule: Schedule, options: DatesOptions = {}): Timestamp[] {
  return [...occurrences(schedule, options)].sort((a, b) => a.wall - b.wall).map(({ at }) => at)
}

function occurrences(schedule: Schedule, options: DatesOptions): Generator<Occurrence> {
  const now = options.now ?? Timestamp.now()
  const window: Window = {
    start: instantOf(options.start ?? now),
    end: options.end ? instantOf(options.end) : null,
    count: options.n ?? (options.end ? maxIterations : 1),
    attempts: maxIterations,
  }
  if ('interval' in schedule) return datesOfInterval(schedule, window)
  return 'cron' in schedule ? datesOfCron(schedule, window) : datesOfRRule(schedule, window, now)
}

function datesOfInterval({ interval, anchor_date, timezone }: IntervalSchedule, window: Window): Generator<Occurrence> {
  return intervalDates(interval.seconds, instantOf(anchor_date), findZone(timezone ?? 'UTC'), window)
}

function datesOfCron({ cron, timezone, day_or }: CronSchedule, window: Window): Generator<Occurrence> {
  // pytz, which places these dates, does not know the two.
  if (timezone === 'localtime' || timezone === 'Factory') throw new ScheduleError(`'${timezone}'`)
  return cronDates(cachedCron(cron), day_or, findZone(timezone || 'UTC'), window)
}

function datesOfRRule({ rrule, timezone }: RRuleSchedule, window: Window, now: Timestamp): Generator<Occurrence> {
  return rruleDates(rrule, timezone === null ? null : findZone(timezone), window, now)
}

const cronCacheSize = 10_000
const cronCache = new Map<string, CronExpression>()

/** Scheduler passes meet the same few expressions thousands of times. Random ones are drawn anew. */
function cachedCron(text: string): CronExpression {
  const cached = cronCache.get(text)
  if (cached !== undefined) return cached
  const expression = parseCron(text)
  if (expression === null) throw new ScheduleError(`Invalid cron string: "${text}"`)
  if (!isRandomCron(text)) {
    if (cronCache.size >= cronCacheSize) cronCache.clear()
    cronCache.set(text, expression)
  }
  return expression
}
