/**
 * Limits by tag in both of their forms: new ones are global limits called `tag:…` whose slots are held by leases; those made
 * by old servers are rows of concurrency_limit that list the task runs themselves.
 */
import type { TagLimit } from '../../orchestration/slots.ts'
import type { Transaction } from '../../storage/database.ts'
import { forChange } from '../../storage/locking.ts'
import { ArrayParameter, type Sql, sql } from '../../storage/sql.ts'
import { updateTable } from '../../storage/statements.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import { type LeaseRow, type LimitRow, selectLimits } from '../concurrency-limits-v2/queries.ts'

/** The API's ConcurrencyLimit. */
export interface TagLimitResponse {
  id: Uuid
  created: Timestamp
  updated: Timestamp
  tag: string
  concurrency_limit: number
  active_slots: Uuid[]
}

export const tagPrefix = 'tag:'

/** Leases on one of these limits, oldest first. */
export async function selectLeasesOf(tx: Transaction, limits: readonly Uuid[]): Promise<LeaseRow[]> {
  if (limits.length === 0) return []
  const holds = sql.dialect({
    sqlite: () =>
      sql`EXISTS (SELECT 1 FROM json_each(server_lease.resource_ids) AS held WHERE ${sql.isIn(sql`held.value`, limits, 'text')})`,
    postgres: () => sql`server_lease.resource_ids::jsonb ?| ${new ArrayParameter(limits)}::text[]`,
  })
  return await tx.query<LeaseRow>(sql`
    SELECT id, created, resource_ids, slots, holder, expires_at FROM server_lease WHERE ${holds} ORDER BY created, id`)
}

/** The new limits among `limits` in the old form, with the task runs that hold their slots now. */
export async function asTagLimits(tx: Transaction, limits: readonly LimitRow[], now: Timestamp): Promise<TagLimitResponse[]> {
  const leases = (
    await selectLeasesOf(
      tx,
      limits.map((limit) => limit.id),
    )
  ).filter((lease) => lease.expires_at.isAfter(now))
  return limits.map(({ id, created, updated, name, limit }) => ({
    id,
    created,
    updated,
    tag: name.slice(tagPrefix.length),
    concurrency_limit: limit,
    active_slots: leases.flatMap(({ resource_ids, holder }) =>
      holder?.type === 'task_run' && resource_ids.includes(id) ? [holder.id] : [],
    ),
  }))
}

export async function selectTagLimits(tx: Transaction, rest: Sql): Promise<TagLimitResponse[]> {
  return await tx.query<TagLimitResponse>(
    sql`SELECT id, created, updated, tag, concurrency_limit, active_slots FROM concurrency_limit ${rest}`,
  )
}

export async function lockTagLimits(tx: Transaction, tags: readonly string[]): Promise<TagLimitResponse[]> {
  return await selectTagLimits(tx, sql`WHERE ${sql.isIn(sql`tag`, tags, 'text')} ORDER BY tag${forChange}`)
}

export async function setActiveSlots(
  tx: Transaction,
  { id }: Pick<TagLimit, 'id'>,
  active_slots: readonly Uuid[],
  now: Timestamp,
): Promise<void> {
  await tx.execute(updateTable('concurrency_limit', { active_slots, updated: now }, sql`id = ${id}`))
}

export async function selectLimitNamed(tx: Transaction, name: string): Promise<LimitRow | null> {
  const [limit] = await selectLimits(tx, sql`WHERE name = ${name}`)
  return limit ?? null
}
