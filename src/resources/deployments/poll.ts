/** `get_scheduled_flow_runs` of deployments: what processes that serve them poll. That they did is noted afterwards. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import type { Context } from '../context.ts'
import { limit } from '../filtering/pagination.ts'
import { flowRunResponse, selectFlowRuns } from '../flow-runs/records.ts'
import { noContent, ok, type Reply, type Request } from '../route.ts'
import { markDeployments } from './mark.ts'
import { scheduledIndex } from './scheduled-runs.ts'

export const DeploymentRuns = s.parameters({
  limit,
  deployment_ids: s.list(s.uuid()),
  scheduled_before: s.optional(s.nullable(s.datetime()), null),
})

export async function getScheduledRuns(context: Context, { body }: Request<Infer<typeof DeploymentRuns>>): Promise<Reply> {
  const { tx, now } = context
  const ids = [...new Set(body.deployment_ids)]
  if (ids.length === 0) return ok([])
  // Runs may outlive their deployment; then nobody serves them.
  const theirs = sql`flow_run.deployment_id IN (SELECT id FROM deployment WHERE ${sql.isIn(sql`id`, ids, 'uuid')})`
  const next = sql`flow_run.next_scheduled_start_time`
  const due = body.scheduled_before === null ? sql.and([]) : sql`${next} <= ${body.scheduled_before}`
  const first = sql`
    SELECT flow_run.id FROM flow_run${scheduledIndex}
    WHERE ${theirs} AND flow_run.state_type = 'SCHEDULED' AND ${due} ORDER BY ${next} LIMIT ${body.limit}`
  const runs = await selectFlowRuns(tx, sql`WHERE flow_run.id IN (${first}) ORDER BY ${next}`)
  context.publish('polled-deployments', ids)
  return ok(runs.map((run) => flowRunResponse(run, now)))
}

export const PolledDeployments = s.parameters({ deployment_ids: s.list(s.uuid()) })

/** Notes many polls at once. */
export async function markDeploymentsPolled(context: Context, { body }: Request<Infer<typeof PolledDeployments>>): Promise<Reply> {
  await markDeployments(context, sql.isIn(sql`id`, body.deployment_ids, 'uuid'), 'READY')
  return noContent()
}
