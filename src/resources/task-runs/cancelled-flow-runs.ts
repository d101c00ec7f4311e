/** Task runs of cancelled flow runs are cancelled. */
import { Cancelled, isTerminal, stamp } from '../../orchestration/states.ts'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { unindexed } from '../../storage/hints.ts'
import { lockForChange } from '../../storage/locking.ts'
import { sql } from '../../storage/sql.ts'
import { uuid7 } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { afterId, type Ids, idPage } from '../filtering/id-pages.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { applyWrites } from '../run-states/writes.ts'
import { selectTaskRuns } from './records.ts'
import { decideTransition, loadTaskTransitionFacts } from './set-state.ts'

export const FindToCancel = s.parameters(afterId)
const pageSize = 200
/** Flow runs that ended before that were looked at often enough. */
const lookBackSeconds = 86_400

export async function findTaskRunsToCancel({ tx, now }: Context, { body }: Request<Infer<typeof FindToCancel>>): Promise<Reply> {
  // CROSS JOIN keeps SQLite to this order: from the few flow runs that were cancelled lately to their task runs.
  const chosen = sql`task_run.flow_run_id = flow_run.id AND ${unindexed(sql`flow_run.state_type`)} = 'CANCELLED' AND flow_run.end_time >= ${now.addSeconds(-lookBackSeconds)}
    AND ${unindexed(sql`task_run.state_type`)} IN ('SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED', 'CANCELLING')`
  return ok(await idPage(tx, 'task_run', chosen, body.after, pageSize, sql`flow_run CROSS JOIN task_run`))
}

export async function cancelTaskRuns(context: Context, { body }: Request<Infer<typeof Ids>>): Promise<Reply> {
  const { tx, now } = context
  const theirs = sql.isIn(sql`task_run.id`, body.ids, 'uuid')
  await lockForChange(tx, 'task_run', theirs)
  const runs = (await selectTaskRuns(tx, sql`WHERE ${theirs} ORDER BY task_run.id`)).filter(
    ({ state }) => state !== null && !isTerminal(state),
  )
  const requests = runs.map((run) => {
    const proposed = stamp(Cancelled({ message: 'The parent flow run was cancelled.' }), uuid7(), now)
    return { run, initial: run.state, proposed, policy: null, force: true, apiVersion: null, clientVersion: null }
  })
  const working = { facts: await loadTaskTransitionFacts(tx, requests, now), writes: [] }
  for (const request of requests) decideTransition(working, request.run, request, context, context)
  await applyWrites(tx, working.writes, now)
  return ok({ cancelled: requests.length })
}
