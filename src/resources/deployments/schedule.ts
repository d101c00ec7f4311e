/** `POST /deployments/{id}/schedule`: makes the runs that the schedules call for, in any span of time. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import type { Context } from '../context.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { lockDeployment, selectDeploymentRows } from './queries.ts'
import { selectSchedules } from './schedule-records.ts'
import { insertScheduledRuns, runsOfSchedule, type ScheduleWindow } from './schedule-runs.ts'

const runs = s.optional(s.nullable(s.integer()), null)
const instant = s.optional(s.nullable(s.plainDatetime()), null)

export const DeploymentSchedule = s.parameters({
  start_time: instant,
  end_time: instant,
  min_time: s.optional(s.nullable(s.number()), null),
  min_runs: runs,
  max_runs: runs,
})

export async function scheduleDeployment(context: Context, { params, body }: Request<Infer<typeof DeploymentSchedule>>): Promise<Reply> {
  const { tx, now } = context
  const { id = '' } = params
  await lockDeployment(tx, sql`id = ${id}`)
  const [deployment] = await selectDeploymentRows(tx, sql`WHERE deployment.id = ${id}`)
  if (deployment === undefined) return ok(null)
  const window = windowOf(context, body)
  const schedules = await selectSchedules(tx, sql`deployment_id = ${id} AND active`)
  const scheduled = schedules.flatMap((schedule) => runsOfSchedule(deployment, schedule, window, now))
  await insertScheduledRuns(tx, scheduled, now)
  return ok(null)
}

function windowOf({ settings, now }: Context, body: Infer<typeof DeploymentSchedule>): ScheduleWindow {
  const start = body.start_time ?? now
  return {
    start,
    end: body.end_time ?? start.addSeconds(settings.get('PREFECT_SERVER_SERVICES_SCHEDULER_MAX_SCHEDULED_TIME').seconds),
    minSeconds: body.min_time ?? settings.get('PREFECT_SERVER_SERVICES_SCHEDULER_MIN_SCHEDULED_TIME').seconds,
    minRuns: body.min_runs ?? settings.get('PREFECT_SERVER_SERVICES_SCHEDULER_MIN_RUNS'),
    maxRuns: body.max_runs ?? settings.get('PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS'),
  }
}
