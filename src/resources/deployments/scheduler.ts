/** What the scheduler asks for: which deployments lack runs, and runs for them. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { lockForChange } from '../../storage/locking.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { afterId, type Ids, idPage } from '../filtering/id-pages.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { selectDeploymentRows } from './queries.ts'
import { selectSchedules } from './schedule-records.ts'
import { insertScheduledRuns, runsOfSchedule, type ScheduledRun, type ScheduleWindow } from './schedule-runs.ts'

export const FindToSchedule = s.parameters({
  ...afterId,
  /** Those that changed since about the last look, instead of those that lack runs. */
  recent: s.optional(s.boolean(), false),
})

export async function findDeploymentsToSchedule(context: Context, { body }: Request<Infer<typeof FindToSchedule>>): Promise<Reply> {
  const { tx, settings } = context
  const limit = settings.get('PREFECT_SERVER_SERVICES_SCHEDULER_DEPLOYMENT_BATCH_SIZE')
  const chosen = sql`NOT deployment.paused AND ${body.recent ? changedLately(context) : lacksRuns(context)}`
  return ok(await idPage(tx, 'deployment', chosen, body.after, limit))
}

/** A second longer than the interval, for what changed while the last look was under way. */
function changedLately({ settings, now }: Context): Sql {
  const seconds = settings.get('PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS') + 1
  return sql`deployment.updated >= ${now.addSeconds(-seconds)} AND EXISTS (
    SELECT 1 FROM deployment_schedule AS schedule WHERE schedule.deployment_id = deployment.id AND schedule.active)`
}

/** Some schedule has too few runs, or none that is far enough. The text must match the index made for this. */
function lacksRuns({ settings, now }: Context): Sql {
  const { minRuns, minSeconds } = scheduling(settings)
  const madeBySchedule = sql.dialect({
    sqlite: sql`auto_scheduled = 1 AND json_extract(created_by, '$.id') = schedule.id`,
    postgres: sql`auto_scheduled = true AND (created_by ->> 'id') = schedule.id::text`,
  })
  return sql`EXISTS (
    SELECT 1 FROM deployment_schedule AS schedule
    WHERE schedule.deployment_id = deployment.id AND schedule.active AND (
      SELECT count(*) < ${minRuns} OR max(next_scheduled_start_time) < ${now.addSeconds(minSeconds)}
      FROM flow_run
      WHERE flow_run.deployment_id = schedule.deployment_id AND state_type = 'SCHEDULED' AND ${madeBySchedule}
        AND next_scheduled_start_time >= ${now}))`
}

/** A transaction ends after so long, whatever is left. */
const longestMilliseconds = 200

/**
 * Makes the runs that deployments lack. Whoever makes them holds the deployment's lock and looks at the runs that are there
 * after that: a date never gets two runs. Answers which deployments are left for another transaction.
 */
export async function makeScheduledRuns(context: Context, { body: { ids } }: Request<Infer<typeof Ids>>): Promise<Reply> {
  const { tx, now, settings } = context
  const theirs = sql.isIn(sql`deployment.id`, ids, 'uuid')
  await lockForChange(tx, 'deployment', theirs)
  const deployments = await selectDeploymentRows(tx, sql`WHERE ${theirs} AND NOT deployment.paused ORDER BY deployment.id`)
  const schedules = await selectSchedules(tx, sql`${sql.isIn(sql`deployment_id`, ids, 'uuid')} AND active`)
  const byDeployment = Map.groupBy(schedules, (schedule) => schedule.deployment_id)
  const { batch, minRuns, minSeconds, maxRuns, maxSeconds } = scheduling(settings)
  const window: ScheduleWindow = { start: now, end: now.addSeconds(maxSeconds), minSeconds, minRuns, maxRuns }
  const began = performance.now()
  const scheduled: ScheduledRun[] = []
  const left = new Set<Uuid>(deployments.map(({ id }) => id))
  for (const deployment of deployments) {
    for (const schedule of byDeployment.get(deployment.id) ?? []) scheduled.push(...runsOfSchedule(deployment, schedule, window, now))
    left.delete(deployment.id)
    if (scheduled.length >= batch || performance.now() - began > longestMilliseconds) break
  }
  const made = await insertScheduledRuns(tx, scheduled, now)
  return ok({ made: made.length, left: [...left] })
}

function scheduling(settings: Context['settings']) {
  return {
    batch: settings.get('PREFECT_SERVER_SERVICES_SCHEDULER_INSERT_BATCH_SIZE'),
    minRuns: settings.get('PREFECT_SERVER_SERVICES_SCHEDULER_MIN_RUNS'),
    maxRuns: settings.get('PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS'),
    minSeconds: settings.get('PREFECT_SERVER_SERVICES_SCHEDULER_MIN_SCHEDULED_TIME').seconds,
    maxSeconds: settings.get('PREFECT_SERVER_SERVICES_SCHEDULER_MAX_SCHEDULED_TIME').seconds,
  }
}
