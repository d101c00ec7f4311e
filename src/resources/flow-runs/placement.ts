/** Where new flow runs are to run: names of work pools and queues, resolved for a whole group. */
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import type { Uuid } from '../../values/uuid.ts'
import { notFound } from '../errors.ts'

export interface PlacementNames {
  work_pool_name: string | null
  work_queue_name: string | null
}

export interface Placement {
  queue_id: Uuid
  queue_name: string
  pool_id: Uuid
  pool_name: string
}

interface PlacementRow extends Placement {
  is_default: boolean
}

export type Placements = Map<string, PlacementRow[]>

/** The queues of every pool that is named. */
export async function loadPlacements(tx: Transaction, wanted: readonly PlacementNames[]): Promise<Placements> {
  const names = [...new Set(wanted.flatMap(({ work_pool_name: name }) => (name === null || name === '' ? [] : [name])))]
  if (names.length === 0) return new Map()
  const rows = await tx.query<PlacementRow & { default_queue_id: Uuid | null }>(sql`
    SELECT work_queue.id AS queue_id, work_queue.name AS queue_name, work_pool.id AS pool_id, work_pool.name AS pool_name, work_pool.default_queue_id
    FROM work_pool JOIN work_queue ON work_queue.work_pool_id = work_pool.id
    WHERE ${sql.isIn(sql`work_pool.name`, names, 'text')}`)
  return Map.groupBy(
    rows.map((row) => ({ ...row, is_default: row.queue_id === row.default_queue_id })),
    (row) => row.pool_name,
  )
}

/** The queue that the names mean; null when no pool is named. A name without its object is a 404. */
export function placementOf({ work_pool_name: pool, work_queue_name: queue }: PlacementNames, placements: Placements): Placement | null {
  if (pool === null || pool === '') return null
  const queues = placements.get(pool)
  if (queue !== null && queue !== '') {
    const found = queues?.find((row) => row.queue_name === queue)
    if (found === undefined) throw notFound(`Work pool queue '${pool}/${queue}' not found.`)
    return found
  }
  if (queues === undefined) throw notFound(`Work pool "${pool}" not found.`)
  return queues.find((row) => row.is_default) ?? null
}
