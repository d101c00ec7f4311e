import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import { updateTable, type Values } from '../../storage/statements.ts'
import type { Json, JsonObject } from '../../values/json.ts'
import { uuid7 } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { httpError } from '../errors.ts'
import { areEqual } from '../parameter-schemas/values.ts'
import { noContent, type Reply, type Request } from '../route.ts'
import { isReserved } from './create.ts'
import { workPoolStatusEvent, workPoolUpdatedEvent } from './events.ts'
import { requiredWorkPool } from './handlers.ts'
import { noStorage } from './parts.ts'
import { lockWorkPool, type Status, type WorkPoolRow } from './queries.ts'
import type { WorkPoolUpdate } from './schemas.ts'

type Changes = Partial<Infer<typeof WorkPoolUpdate>>

/** Of these a change is an event; of pauses the change of status is. */
const told = ['description', 'base_job_template', 'concurrency_limit', 'storage_configuration'] as const
/** A change of these concerns workers that are connected. */
const seenByWorkers = ['base_job_template', 'concurrency_limit', 'is_paused', 'storage_configuration'] as const

/** Changes what was sent. */
export async function updateWorkPool(context: Context, { params, body }: Request<Infer<typeof WorkPoolUpdate>>): Promise<Reply> {
  const changes: Changes = Object.fromEntries(Object.entries(body).filter(([field]) => s.sentFields(body).has(field)))
  if (isReserved(params.name ?? '') && Object.keys(changes).some((field) => field !== 'is_paused' && field !== 'concurrency_limit')) {
    throw httpError(
      403,
      "Work pools starting with 'Prefect' are reserved for internal use and can only be updated to set concurrency limits or pause.",
    )
  }
  const { id } = await requiredWorkPool(context.tx, params.name)
  await lockWorkPool(context.tx, id)
  const pool = await requiredWorkPool(context.tx, params.name)
  await changeWorkPool(context, pool, changes, await statusAfter(context, pool, changes))
  if (seenByWorkers.some((field) => field in changes)) {
    context.publish('work-pools', { work_pool_id: id, reason: 'work_pool_updated', work_pool_deleted: false })
  }
  return noContent()
}

/** Writes the changes of a locked pool and tells of them; with a status that is an event, even when it was so before. */
export async function changeWorkPool(context: Context, pool: WorkPoolRow, changes: Changes, status: Status | null): Promise<void> {
  const { tx, now } = context
  const eventId = uuid7()
  const columns: Values = { ...changes, updated: now }
  if (status !== null) Object.assign(columns, { status, last_status_event_id: eventId, last_transitioned_status_at: now })
  await tx.execute(updateTable('work_pool', columns, sql`id = ${pool.id}`))
  const updates = updatesOf(pool, changes)
  if (Object.keys(updates).length > 0) context.emit(workPoolUpdatedEvent(pool, updates, now))
  if (status !== null) context.emit(workPoolStatusEvent(pool, status, pool, now, eventId))
}

/** The status that pausing or going on leads to; null when it stays. */
async function statusAfter({ tx }: Context, pool: WorkPoolRow, { is_paused: paused }: Changes): Promise<Status | null> {
  if (pool.type === 'prefect-agent' || (paused ?? null) === null) return null
  if (paused) return 'PAUSED'
  const [online] = await tx.query(sql`SELECT id FROM worker WHERE work_pool_id = ${pool.id} AND status = 'ONLINE' LIMIT 1`)
  return online === undefined ? 'NOT_READY' : 'READY'
}

function updatesOf(pool: WorkPoolRow, changes: Changes): JsonObject {
  const updates: JsonObject = {}
  for (const field of told) {
    const to = changes[field]
    if (to === undefined) continue
    const from: Json = field === 'storage_configuration' ? { ...noStorage(), ...pool[field] } : pool[field]
    if (!areEqual(from, to)) updates[field] = { from, to: field === 'storage_configuration' ? { ...changes[field] } : to }
  }
  return updates
}
