/** Schedules of deployments as the database holds them and as the API shows them. */
import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { JsonObject } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'

export interface ScheduleRow {
  id: Uuid
  created: Timestamp
  updated: Timestamp
  deployment_id: Uuid
  schedule: JsonObject
  active: boolean
  max_scheduled_runs: number | null
  parameters: JsonObject
  slug: string | null
}

/** Schedules, the one that was changed last comes first. */
export async function selectSchedules(tx: Transaction, where: Sql): Promise<ScheduleRow[]> {
  return await tx.query<ScheduleRow>(sql`
    SELECT id, created, updated, deployment_id, schedule, active, max_scheduled_runs, parameters, slug
    FROM deployment_schedule WHERE ${where} ORDER BY updated DESC`)
}

/** The API's DeploymentSchedule. */
export function scheduleResponse(row: ScheduleRow): ScheduleRow {
  return { ...row, schedule: completeSchedule(row.schedule) }
}

/** What older servers may have left out of a stored schedule. */
const scheduleDefaults: [string, JsonObject][] = [
  ['interval', { timezone: 'UTC' }],
  ['cron', { timezone: null, day_or: true }],
  ['rrule', { timezone: 'UTC' }],
]

function completeSchedule(schedule: JsonObject): JsonObject {
  const defaults = scheduleDefaults.find(([key]) => key in schedule)?.[1]
  return { ...defaults, ...schedule }
}
