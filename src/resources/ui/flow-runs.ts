/** The dots of the UI's chart of flow runs, and how many task runs each has. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { offset } from '../filtering/pagination.ts'
import { whereRelated } from '../filtering/related.ts'
import { flowRunFilters } from '../flow-runs/lists.ts'
import { FlowRunSort } from '../flow-runs/sort.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { estimatedRunTime, estimatedStartTimeDelta, type Timing } from '../run-states/estimates.ts'
import { byId } from './flows.ts'

const most = 1000
const { work_pool_queues: _queues, ...filters } = flowRunFilters

export const FlowRunHistory = s.parameters({
  sort: s.optional(FlowRunSort.schema, 'EXPECTED_START_TIME_DESC'),
  limit: s.optional(s.integer({ le: most }), most),
  offset,
  ...filters,
})

export async function readFlowRunHistory({ tx, now }: Context, { body }: Request<Infer<typeof FlowRunHistory>>): Promise<Reply> {
  const runs = await tx.query<Timing & { id: Uuid }>(sql`
    SELECT id, state_type, start_time, expected_start_time, total_run_time, state_timestamp FROM flow_run
    WHERE ${whereRelated('flow_runs', body)} ORDER BY ${FlowRunSort.orderBy(body.sort)}
    LIMIT ${Math.max(body.limit, 0)} OFFSET ${body.offset}`)
  return ok(
    runs.map((run) => ({
      id: run.id,
      state_type: run.state_type,
      timestamp: run.start_time ?? run.expected_start_time,
      duration: estimatedRunTime(run, now),
      lateness: estimatedStartTimeDelta(run, now),
    })),
  )
}

export const FlowRunIds = s.parameters({ flow_run_ids: s.list(s.uuid()) })

/** Flow run id → number of its task runs; those that stand for a subflow do not count. */
export async function countTaskRunsByFlowRun({ tx }: Context, { body }: Request<Infer<typeof FlowRunIds>>): Promise<Reply> {
  const rows = await tx.query<{ flow_run_id: Uuid; count: number }>(sql`
    SELECT flow_run_id, count(*) AS count FROM task_run
    WHERE ${sql.isIn(sql`flow_run_id`, body.flow_run_ids, 'uuid')}
      AND NOT EXISTS (SELECT 1 FROM flow_run AS subflow WHERE subflow.parent_task_run_id = task_run.id)
    GROUP BY flow_run_id`)
  return ok(byId(body.flow_run_ids, new Map(rows.map(({ flow_run_id, count }) => [flow_run_id, count])), 0))
}
