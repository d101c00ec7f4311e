/** Lists of flow runs: filter, count, paginate, and how late they are. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { Context } from '../context.ts'
import { DeploymentFilter } from '../deployments/filter.ts'
import { limit, offset, offsetOf, page, pageOf } from '../filtering/pagination.ts'
import { whereRelated } from '../filtering/related.ts'
import { FlowFilter } from '../flows/filter.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { latenessSeconds } from '../run-states/estimate-expressions.ts'
import { TaskRunFilter } from '../task-runs/filter.ts'
import { WorkPoolFilter } from '../work-pools/filter.ts'
import { WorkQueueFilter } from '../work-queues/filter.ts'
import { FlowRunFilter } from './filter.ts'
import { flowRunResponse, selectFlowRuns } from './records.ts'
import { FlowRunSort } from './sort.ts'

/** The filters that requests for flow runs share. */
export const flowRunFilters = {
  flows: s.optional(s.nullable(FlowFilter.schema), null),
  flow_runs: s.optional(s.nullable(FlowRunFilter.schema), null),
  task_runs: s.optional(s.nullable(TaskRunFilter.schema), null),
  deployments: s.optional(s.nullable(DeploymentFilter.schema), null),
  work_pools: s.optional(s.nullable(WorkPoolFilter.schema), null),
  work_pool_queues: s.optional(s.nullable(WorkQueueFilter.schema), null),
}
const sort = s.optional(FlowRunSort.schema, 'ID_DESC')

export const FlowRunsCount = s.parameters(flowRunFilters)
export const FlowRunsList = s.parameters({ limit, sort, offset, ...flowRunFilters })
export const FlowRunsPage = s.parameters({ limit, sort, page, ...flowRunFilters })

export async function readFlowRuns({ tx, now }: Context, { body }: Request<Infer<typeof FlowRunsList>>): Promise<Reply> {
  const order = FlowRunSort.orderBy(body.sort)
  const runs = await selectFlowRuns(
    tx,
    sql`WHERE ${whereRelated('flow_runs', body)} ORDER BY ${order} LIMIT ${body.limit} OFFSET ${body.offset}`,
  )
  return ok(runs.map((run) => flowRunResponse(run, now)))
}

export async function paginateFlowRuns({ tx, now }: Context, { body }: Request<Infer<typeof FlowRunsPage>>): Promise<Reply> {
  const where = whereRelated('flow_runs', body)
  const order = FlowRunSort.orderBy(body.sort)
  const runs = await selectFlowRuns(tx, sql`WHERE ${where} ORDER BY ${order} LIMIT ${body.limit} OFFSET ${offsetOf(body)}`)
  const results = runs.map((run) => flowRunResponse(run, now))
  return ok(pageOf(results, await countFlowRunsWhere(tx, where), body))
}

export async function countFlowRuns({ tx }: Context, { body }: Request<Infer<typeof FlowRunsCount>>): Promise<Reply> {
  return ok(await countFlowRunsWhere(tx, whereRelated('flow_runs', body)))
}

async function countFlowRunsWhere(tx: Transaction, where: Sql): Promise<number> {
  const [row] = await tx.query<{ count: number }>(sql`SELECT count(*) AS count FROM flow_run WHERE ${where}`)
  return row?.count ?? 0
}

/** The average lateness in seconds; null when there are no such runs. */
export async function averageFlowRunLateness({ tx, now }: Context, { body }: Request<Infer<typeof FlowRunsCount>>): Promise<Reply> {
  const [row] = await tx.query<{ average: number | null }>(sql`
    SELECT avg(${latenessSeconds('flow_run', now)}) AS average FROM flow_run WHERE ${whereRelated('flow_runs', body)}`)
  return ok(row?.average ?? null)
}
