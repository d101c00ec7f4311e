import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import type { Context } from '../context.ts'
import { whereRelated } from '../filtering/related.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { historyRange, runHistory } from '../run-states/history.ts'
import { flowRunFilters } from './lists.ts'

const { work_pool_queues: work_queues, ...filters } = flowRunFilters

/** Only here the filter of queues has this name. */
export const FlowRunsHistory = s.parameters({ ...historyRange, ...filters, work_queues })

export async function flowRunHistory({ tx, now }: Context, { body }: Request<Infer<typeof FlowRunsHistory>>): Promise<Reply> {
  const where = whereRelated('flow_runs', { ...body, work_pool_queues: body.work_queues })
  return ok(await runHistory(tx, 'flow_run', body, where, now))
}
