/** How many slots of work pools and queues are taken. */
import type { Transaction } from '../../storage/database.ts'
import { unindexed } from '../../storage/hints.ts'
import { sql } from '../../storage/sql.ts'
import type { Uuid } from '../../values/uuid.ts'

/** Flow runs in these states hold a slot of their pool and of their queue. */
export const occupying = ['PENDING', 'RUNNING']

/** Runs that hold a slot, by pool. */
export async function countPoolSlots(tx: Transaction, pools: readonly Uuid[]): Promise<Map<Uuid, number>> {
  if (pools.length === 0) return new Map()
  const rows = await tx.query<{ id: Uuid; count: number }>(sql`
    SELECT work_queue.work_pool_id AS id, count(*) AS count
    FROM flow_run JOIN work_queue ON work_queue.id = flow_run.work_queue_id
    WHERE ${sql.isIn(unindexed(sql`work_queue.work_pool_id`), pools, 'uuid')} AND ${sql.isIn(sql`flow_run.state_type`, occupying, 'state_type')}
    GROUP BY work_queue.work_pool_id`)
  return new Map(rows.map(({ id, count }) => [id, count]))
}

/** Runs that hold a slot, by queue. */
export async function countQueueSlots(tx: Transaction, queues: readonly Uuid[], states = occupying): Promise<Map<Uuid, number>> {
  if (queues.length === 0) return new Map()
  const rows = await tx.query<{ id: Uuid; count: number }>(sql`
    SELECT work_queue_id AS id, count(*) AS count FROM flow_run
    WHERE ${sql.isIn(unindexed(sql`work_queue_id`), queues, 'uuid')} AND ${sql.isIn(sql`state_type`, states, 'state_type')}
    GROUP BY work_queue_id`)
  return new Map(rows.map(({ id, count }) => [id, count]))
}
