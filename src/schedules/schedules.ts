import type { Duration } from '../values/duration.ts'
import type { Timestamp } from '../values/timestamp.ts'

// The schedules of a deployment, with Prefect's field names: what the schemas read.

export interface IntervalSchedule {
  interval: Duration
  anchor_date: Timestamp
  timezone: string | null
}

export interface CronSchedule {
  cron: string
  timezone: string | null
  day_or: boolean
}

export interface RRuleSchedule {
  rrule: string
  timezone: string | null
}

export type Schedule = IntervalSchedule | CronSchedule | RRuleSchedule
