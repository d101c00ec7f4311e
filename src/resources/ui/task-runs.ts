/** The UI's charts of task runs, and a task run with the name of its flow run. */
import { type StateType, terminalStates } from '../../orchestration/states.ts'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Context } from '../context.ts'
import { httpError, notFound } from '../errors.ts'
import { whereRelated } from '../filtering/related.ts'
import { flowRunFilters } from '../flow-runs/lists.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { secondsBetween } from '../run-states/estimate-expressions.ts'
import { TaskRunFilter } from '../task-runs/filter.ts'
import { taskRunFilters } from '../task-runs/lists.ts'
import { selectTaskRun, taskRunResponse } from '../task-runs/records.ts'

const buckets = 20
const minute = 60_000_000
const failed = ['CRASHED', 'FAILED'] as const
const terminal: StateType[] = [...terminalStates].flatMap((type) => type ?? [])

const { flows, flow_runs, deployments, work_pools, work_pool_queues: work_queues } = flowRunFilters

export const DashboardCounts = s.parameters({ task_runs: TaskRunFilter.schema, flows, flow_runs, deployments, work_pools, work_queues })

/** How many task runs ended well and how many failed, in twenty equal parts of the time that is asked for. */
export async function readDashboardTaskRunCounts({ tx, now }: Context, { body }: Request<Infer<typeof DashboardCounts>>): Promise<Reply> {
  const after = body.task_runs.start_time?.after_ ?? null
  if (after === null) throw httpError(422, 'task_runs.start_time.after_ is required')
  const start = after.addMicroseconds(-remainder(after))
  const end = endOfMinute(body.task_runs.start_time?.before_ ?? now)
  const seconds = (end.microseconds - start.microseconds) / 1_000_000 / buckets
  const state = { type: { any_: terminal, not_any_: null }, name: null, operator: 'and_' as const }
  const where = whereRelated('task_runs', {
    ...body,
    task_runs: { ...body.task_runs, state },
    work_pool_queues: body.work_queues,
  })
  // julianday has a resolution of some microseconds: a run at a part's very start must not fall into the one before
  const elapsed = sql.dialect({
    sqlite: () => sql`(${secondsBetween(sql`${start}`, sql`task_run.start_time`)} + 0.00005)`,
    postgres: () => secondsBetween(sql`${start}`, sql`task_run.start_time`),
  })
  const rows = await tx.query<{ bucket: number; failed: number; total: number }>(sql`
    SELECT CAST(floor(${elapsed} / ${seconds}) AS INTEGER) AS bucket, count(*) AS total,
      sum(CASE WHEN ${sql.isIn(sql`task_run.state_type`, failed, 'state_type')} THEN 1 ELSE 0 END) AS failed
    FROM task_run WHERE ${where} AND task_run.start_time IS NOT NULL GROUP BY 1`)
  const counts = Array.from({ length: buckets }, () => ({ completed: 0, failed: 0 }))
  for (const row of rows) {
    const count = counts[row.bucket]
    if (count !== undefined) Object.assign(count, { completed: row.total - row.failed, failed: row.failed })
  }
  return ok(counts)
}

/** Microseconds since the minute began. */
const remainder = (at: Timestamp): number => ((at.microseconds % minute) + minute) % minute

const endOfMinute = (at: Timestamp): Timestamp => at.addMicroseconds(minute - 1 - remainder(at))

const stateTypes: readonly StateType[] = [
  'COMPLETED',
  'PENDING',
  'RUNNING',
  'FAILED',
  'CANCELLED',
  'CRASHED',
  'PAUSED',
  'CANCELLING',
  'SCHEDULED',
]

export const TaskRunCounts = s.parameters(taskRunFilters)

export async function readTaskRunCountsByState({ tx }: Context, { body }: Request<Infer<typeof TaskRunCounts>>): Promise<Reply> {
  const rows = await tx.query<{ state_type: StateType; count: number }>(sql`
    SELECT state_type, count(*) AS count FROM task_run
    WHERE ${whereRelated('task_runs', body)} AND state_type IS NOT NULL GROUP BY state_type`)
  const counts = new Map(rows.map(({ state_type, count }) => [state_type, count]))
  return ok(Object.fromEntries(stateTypes.map((type) => [type, counts.get(type) ?? 0])))
}

export async function readTaskRunWithFlowRunName({ tx, now }: Context, { params }: Request): Promise<Reply> {
  const run = await selectTaskRun(tx, params.id ?? '')
  if (run === null) throw notFound('Task not found')
  const [flowRun] = await tx.query<{ name: string }>(sql`SELECT name FROM flow_run WHERE id = ${run.flow_run_id}`)
  return ok({ ...taskRunResponse(run, now), flow_run_name: flowRun?.name ?? null })
}
