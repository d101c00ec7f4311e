import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { type Uuid, uuid7 } from '../../values/uuid.ts'
import type { Status } from '../work-pools/queries.ts'

/** What an old-style queue takes its runs by. */
export interface QueueFilter {
  tags?: string[] | null
  deployment_ids?: Uuid[] | null
}

export interface WorkQueueRow {
  id: Uuid
  created: Timestamp
  updated: Timestamp
  name: string
  description: string
  is_paused: boolean
  concurrency_limit: number | null
  /** 1 is the highest. */
  priority: number
  work_pool_id: Uuid
  filter: QueueFilter | null
  last_polled: Timestamp | null
  status: Status
}

type NewWorkQueue = Pick<WorkQueueRow, 'work_pool_id' | 'name' | 'priority'> & Partial<WorkQueueRow>

/** A queue as it begins. */
export function newWorkQueue(fields: NewWorkQueue, now: Timestamp): WorkQueueRow {
  return {
    id: uuid7(),
    created: now,
    updated: now,
    description: '',
    is_paused: false,
    concurrency_limit: null,
    filter: null,
    last_polled: null,
    status: 'NOT_READY',
    ...fields,
  }
}

/** The queues that `rest` (WHERE, ORDER BY, LIMIT …) chooses. */
export async function selectWorkQueues(tx: Transaction, rest: Sql): Promise<WorkQueueRow[]> {
  return await tx.query<WorkQueueRow>(sql`SELECT work_queue.* FROM work_queue ${rest}`)
}

export async function selectWorkQueue(tx: Transaction, where: Sql): Promise<WorkQueueRow | null> {
  const [queue] = await selectWorkQueues(tx, sql`WHERE ${where} LIMIT 1`)
  return queue ?? null
}
