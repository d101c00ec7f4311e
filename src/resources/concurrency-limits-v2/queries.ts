import type { ConcurrencyLimit, Lease } from '../../orchestration/slots.ts'
import type { Transaction } from '../../storage/database.ts'
import { forChange } from '../../storage/locking.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import { updateTable } from '../../storage/statements.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'

export interface LimitRow extends ConcurrencyLimit {
  created: Timestamp
}

/** A lease with the time it was taken, from which the occupancy of its slots follows. */
export interface LeaseRow extends Lease {
  created: Timestamp
}

export async function selectLimits(tx: Transaction, rest: Sql): Promise<LimitRow[]> {
  return await tx.query<LimitRow>(sql`
    SELECT id, created, updated, name, active, "limit", active_slots, denied_slots, slot_decay_per_second, avg_slot_occupancy_seconds
    FROM concurrency_limit_v2 ${rest}`)
}

/** Locks and reads the limits with these names or ids. */
export async function lockLimits(tx: Transaction, names: readonly string[], ids: readonly Uuid[]): Promise<LimitRow[]> {
  const chosen = sql.or([sql.isIn(sql`name`, names, 'text'), sql.isIn(sql`id`, ids, 'uuid')])
  return await selectLimits(tx, sql`WHERE ${chosen} ORDER BY id${forChange}`)
}

export async function lockLeases(tx: Transaction, ids: readonly Uuid[]): Promise<LeaseRow[]> {
  return await tx.query<LeaseRow>(sql`
    SELECT id, created, resource_ids, slots, holder, expires_at FROM server_lease
    WHERE ${sql.isIn(sql`id`, ids, 'uuid')} ORDER BY id${forChange}`)
}

export async function writeSlots(tx: Transaction, limits: readonly LimitRow[]): Promise<void> {
  for (const { id, active_slots, denied_slots, avg_slot_occupancy_seconds, updated } of limits) {
    await tx.execute(
      updateTable('concurrency_limit_v2', { active_slots, denied_slots, avg_slot_occupancy_seconds, updated }, sql`id = ${id}`),
    )
  }
}
