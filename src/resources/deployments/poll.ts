/** `get_scheduled_flow_runs` of deployments: what processes that serve them poll. That they did is noted afterwards. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { unindexed } from '../../storage/hints.ts'
import { sql } from '../../storage/sql.ts'
import type { Context } from '../context.ts'
import { limit } from '../filtering/pagination.ts'
import { flowRunResponse, selectFlowRuns } from '../flow-runs/records.ts'
import { scheduledRuns } from '../flow-runs/scheduled.ts'
import { noContent, ok, type Reply, type Request } from '../route.ts'
import { markDeployments } from './mark.ts'

export const DeploymentRuns = s.parameters({
  limit,
  deployment_ids: s.list(s.uuid()),
  scheduled_before: s.optional(s.nullable(s.datetime()), null),
})

export async function getScheduledRuns(context: Context, { body }: Request<Infer<typeof DeploymentRuns>>): Promise<Reply> {
  const { tx, now } = context
  const ids = [...new Set(body.deployment_ids)]
  if (ids.length === 0) return ok([])
  const theirs = sql`${sql.isIn(unindexed(sql`flow_run.deployment_id`), ids, 'uuid')} AND ${existing(ids)}`
  const due = scheduledRuns({ before: body.scheduled_before, after: null }, theirs)
  const runs = await selectFlowRuns(tx, sql`WHERE ${due} ORDER BY flow_run.next_scheduled_start_time LIMIT ${body.limit}`)
  context.publish('polled-deployments', ids)
  return ok(runs.map((run) => flowRunResponse(run, now)))
}

/** Runs may outlive their deployment; then nobody serves them. */
const existing = (ids: readonly string[]) =>
  sql`flow_run.deployment_id IN (SELECT id FROM deployment WHERE ${sql.isIn(sql`id`, ids, 'uuid')})`

export const PolledDeployments = s.parameters({ deployment_ids: s.list(s.uuid()) })

/** Notes many polls at once. */
export async function markDeploymentsPolled(context: Context, { body }: Request<Infer<typeof PolledDeployments>>): Promise<Reply> {
  await markDeployments(context, sql.isIn(sql`id`, body.deployment_ids, 'uuid'), 'READY')
  return noContent()
}
