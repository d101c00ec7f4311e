import type { Transaction } from '../../storage/database.ts'
import { forChange } from '../../storage/locking.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { JsonObject } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'

export type Status = 'READY' | 'NOT_READY' | 'PAUSED'

export interface WorkPoolRow {
  id: Uuid
  created: Timestamp
  updated: Timestamp
  name: string
  description: string | null
  type: string
  base_job_template: JsonObject
  is_paused: boolean
  concurrency_limit: number | null
  default_queue_id: Uuid | null
  status: Status
  last_transitioned_status_at: Timestamp | null
  last_status_event_id: Uuid | null
  /** Older rows may lack fields. */
  storage_configuration: JsonObject
}

/** The work pools that `rest` (WHERE, ORDER BY, LIMIT …) chooses. */
export async function selectWorkPools(tx: Transaction, rest: Sql): Promise<WorkPoolRow[]> {
  return await tx.query<WorkPoolRow>(sql`SELECT work_pool.* FROM work_pool ${rest}`)
}

export async function selectWorkPool(tx: Transaction, where: Sql): Promise<WorkPoolRow | null> {
  const [pool] = await selectWorkPools(tx, sql`WHERE ${where}`)
  return pool ?? null
}

/**
 * Keeps others from changing the work pool and its queues, for the rest of the transaction. Read what you need afterwards:
 * a queue that was added meanwhile is seen only then.
 */
export async function lockWorkPool(tx: Transaction, id: Uuid): Promise<void> {
  if (tx.dialect === 'sqlite') return
  await tx.query(sql`SELECT id FROM work_queue WHERE work_pool_id = ${id} ORDER BY id${forChange}`)
  await tx.query(sql`SELECT id FROM work_pool WHERE id = ${id}${forChange}`)
}
