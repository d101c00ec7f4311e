/** Lists of task runs: filter, count, paginate, history. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { Context } from '../context.ts'
import { DeploymentFilter } from '../deployments/filter.ts'
import { limit, offset, offsetOf, page, pageOf } from '../filtering/pagination.ts'
import { whereRelated } from '../filtering/related.ts'
import { FlowRunFilter } from '../flow-runs/filter.ts'
import { FlowFilter } from '../flows/filter.ts'
import { ok, type Reply, type Request, route } from '../route.ts'
import { historyRange, runHistory } from '../run-states/history.ts'
import { TaskRunFilter } from './filter.ts'
import { selectTaskRuns, taskRunPageItem, taskRunResponse } from './records.ts'
import { TaskRunSort } from './sort.ts'

/** The filters that requests for task runs share. */
export const taskRunFilters = {
  flows: s.optional(s.nullable(FlowFilter.schema), null),
  flow_runs: s.optional(s.nullable(FlowRunFilter.schema), null),
  task_runs: s.optional(s.nullable(TaskRunFilter.schema), null),
  deployments: s.optional(s.nullable(DeploymentFilter.schema), null),
}
const sort = s.optional(TaskRunSort.schema, 'ID_DESC')

const TaskRunsCount = s.parameters(taskRunFilters)
const TaskRunsList = s.parameters({ limit, sort, offset, ...taskRunFilters })
const TaskRunsPage = s.parameters({ limit, sort, page, ...taskRunFilters })
const TaskRunsHistory = s.parameters({ ...historyRange, ...taskRunFilters })

async function readTaskRuns({ tx, now }: Context, { body }: Request<Infer<typeof TaskRunsList>>): Promise<Reply> {
  const order = TaskRunSort.orderBy(body.sort)
  const runs = await selectTaskRuns(
    tx,
    sql`WHERE ${whereRelated('task_runs', body)} ORDER BY ${order} LIMIT ${body.limit} OFFSET ${body.offset}`,
  )
  return ok(runs.map((run) => taskRunResponse(run, now)))
}

async function paginateTaskRuns({ tx, now }: Context, { body }: Request<Infer<typeof TaskRunsPage>>): Promise<Reply> {
  const where = whereRelated('task_runs', body)
  const order = TaskRunSort.orderBy(body.sort)
  const runs = await selectTaskRuns(tx, sql`WHERE ${where} ORDER BY ${order} LIMIT ${body.limit} OFFSET ${offsetOf(body)}`)
  const results = runs.map((run) => taskRunPageItem(run, now))
  return ok(pageOf(results, await countTaskRunsWhere(tx, where), body))
}

async function countTaskRuns({ tx }: Context, { body }: Request<Infer<typeof TaskRunsCount>>): Promise<Reply> {
  return ok(await countTaskRunsWhere(tx, whereRelated('task_runs', body)))
}

async function countTaskRunsWhere(tx: Transaction, where: Sql): Promise<number> {
  const [row] = await tx.query<{ count: number }>(sql`SELECT count(*) AS count FROM task_run WHERE ${where}`)
  return row?.count ?? 0
}

async function taskRunHistory({ tx, now }: Context, { body }: Request<Infer<typeof TaskRunsHistory>>): Promise<Reply> {
  return ok(await runHistory(tx, 'task_run', body, whereRelated('task_runs', body), now))
}

export const listRoutes = [
  route({ method: 'POST', path: '/task_runs/count', name: 'count_task_runs', access: 'read', body: TaskRunsCount, handle: countTaskRuns }),
  route({
    method: 'POST',
    path: '/task_runs/history',
    name: 'task_run_history',
    access: 'read',
    body: TaskRunsHistory,
    handle: taskRunHistory,
  }),
  route({ method: 'POST', path: '/task_runs/filter', name: 'read_task_runs', access: 'read', body: TaskRunsList, handle: readTaskRuns }),
  route({
    method: 'POST',
    path: '/task_runs/paginate',
    name: 'paginate_task_runs',
    access: 'read',
    body: TaskRunsPage,
    handle: paginateTaskRuns,
  }),
]
