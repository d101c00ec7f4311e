import * as s from '../schema/index.ts'
import { Timestamp } from '../values/timestamp.ts'
import { normalizeRRule } from './rrule/normalize.ts'
import type { Schedule as AnySchedule } from './schedules.ts'
import { validateCron, validateRRule, validateTimezone } from './validation.ts'
import { zoneNames } from './zone-names.ts'

const positiveInterval = s.check(s.timedelta(), (interval) => (interval.microseconds > 0 ? null : 'interval must be positive'))

/** Runs every `interval`, counted from the anchor; the time zone says when days begin. */
export const IntervalSchedule = s.after(
  s.model(
    'IntervalSchedule',
    {
      interval: positiveInterval,
      anchor_date: s.optional(s.datetime({ keepsOffset: true }), () => Timestamp.now()),
      timezone: s.optional(s.nullable(s.string()), null),
    },
    { extra: 'forbid' },
  ),
  (schedule) => {
    checkTimezone(schedule.timezone)
    // The reference infers it from the anchor, which JSON gives in UTC or with an offset.
    schedule.timezone ??= 'UTC'
    return schedule
  },
  'validate_timezone',
)

/** Runs when a cron expression says. */
export const CronSchedule = s.after(
  s.model(
    'CronSchedule',
    {
      cron: s.check(s.string(), validateCron),
      timezone: s.optional(s.nullable(s.string()), null),
      day_or: s.optional(s.boolean(), true),
    },
    { extra: 'forbid' },
  ),
  (schedule) => {
    checkTimezone(schedule.timezone)
    return schedule
  },
  'validate_timezone',
)

/** Runs when an iCalendar recurrence says. The time zone need only contain a zone's name; one that is none yields no dates. */
export const RRuleSchedule = s.model(
  'RRuleSchedule',
  {
    rrule: s.check(s.string(), (text) => validateRRule(text)),
    timezone: s.optional(s.nullable(s.string({ pattern: zoneNames.join('|') })), 'UTC'),
  },
  { extra: 'forbid' },
)

/** A schedule as it is stored. */
export const Schedule: s.Schema<AnySchedule> = s.union(IntervalSchedule, CronSchedule, RRuleSchedule)

/** A schedule as clients send it: an rrule without a DTSTART gets one. */
export const NewSchedule: s.Schema<AnySchedule> = s.after(
  Schedule,
  (schedule) => {
    if (!('rrule' in schedule)) return schedule
    const rrule = normalizeRRule(schedule.rrule, schedule.timezone, Timestamp.now())
    return rrule === schedule.rrule ? schedule : { rrule, timezone: schedule.timezone }
  },
  'normalize_schedule_rrule',
)

function checkTimezone(timezone: string | null): void {
  const problem = timezone === null ? null : validateTimezone(timezone)
  if (problem !== null) throw new s.ValueError(problem)
}
