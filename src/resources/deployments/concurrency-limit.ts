/** The limit on how many runs of a deployment there are at once: a global concurrency limit, of its own or shared. */
import { sql } from '../../storage/sql.ts'
import { insertInto, updateTable } from '../../storage/statements.ts'
import { type Uuid, uuid7 } from '../../values/uuid.ts'
import { initialOccupancySeconds } from '../concurrency-limits-v2/handlers.ts'
import type { Context } from '../context.ts'
import { integrityConflict, notFound } from '../errors.ts'
import { selectDeployment } from './queries.ts'

/** A limit that a deployment is to share must exist. */
export async function requireConcurrencyLimit({ tx }: Context, id: Uuid): Promise<void> {
  const found = await tx.query(sql`SELECT id FROM concurrency_limit_v2 WHERE id = ${id}`)
  if (found.length === 0) throw notFound('Concurrency limit not found')
}

/** Makes, changes or deletes the deployment's limit; one that is shared changes for everybody. The deployment is locked. */
export async function setConcurrencyLimit({ tx, now }: Context, id: Uuid, limit: number | null): Promise<void> {
  const present = (await selectDeployment(tx, id))?.limit ?? null
  if ((present?.limit ?? null) === limit) return
  // The old column is still kept.
  await tx.execute(updateTable('deployment', { concurrency_limit: limit, updated: now }, sql`id = ${id}`))
  if (limit === null) {
    await tx.execute(sql`DELETE FROM concurrency_limit_v2 WHERE id = ${present?.id ?? null}`)
  } else if (present !== null) {
    await tx.execute(updateTable('concurrency_limit_v2', { limit, updated: now }, sql`id = ${present.id}`))
  } else {
    const row = {
      id: uuid7(),
      created: now,
      updated: now,
      active: true,
      name: `deployment:${id}`,
      limit,
      active_slots: 0,
      denied_slots: 0,
      slot_decay_per_second: 0,
      avg_slot_occupancy_seconds: initialOccupancySeconds,
    }
    if ((await tx.execute(insertInto('concurrency_limit_v2', row, { onConflict: 'nothing' }))) === 0) throw integrityConflict()
    await tx.execute(updateTable('deployment', { concurrency_limit_id: row.id, updated: now }, sql`id = ${id}`))
  }
}
