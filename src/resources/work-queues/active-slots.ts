/** How many slots of queues are taken, as the old routes count: cancelling runs hold theirs, too. */
import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { Uuid } from '../../values/uuid.ts'
import { FlowRunFilter } from '../flow-runs/filter.ts'
import { countQueueSlots } from '../work-pools/active-slots.ts'
import type { QueueFilter, WorkQueueRow } from './queries.ts'

export const occupying = ['PENDING', 'RUNNING', 'CANCELLING']

/** Slots taken, by queue. Queues with a filter count the runs that it matches, wherever they run. */
export async function countSlots(tx: Transaction, queues: readonly WorkQueueRow[]): Promise<Map<Uuid, number>> {
  const plain = queues.filter((queue) => queue.filter === null).map((queue) => queue.id)
  const counts = await countQueueSlots(tx, plain, occupying)
  for (const { id, filter } of queues) if (filter !== null) counts.set(id, await countFiltered(tx, filter))
  return counts
}

export async function countFiltered(tx: Transaction, filter: QueueFilter): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    sql`SELECT count(*) AS count FROM flow_run WHERE ${filteredRuns(filter, ['PENDING', 'RUNNING'])}`,
  )
  return row?.count ?? 0
}

/** The condition for the runs of a queue with a filter. */
export function filteredRuns({ tags, deployment_ids: ids }: QueueFilter, states: ('PENDING' | 'RUNNING' | 'SCHEDULED')[]): Sql {
  return FlowRunFilter.where({
    tags: { all_: tags ?? null },
    deployment_id: { any_: ids ?? null, is_null_: false },
    state: { type: { any_: states } },
  })
}
