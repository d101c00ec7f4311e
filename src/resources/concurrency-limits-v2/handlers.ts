import { type ObjectAction, objectEvent } from '../../events/object-events.ts'
import { activeSlots } from '../../orchestration/slots.ts'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import { insertInto, updateTable } from '../../storage/statements.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { isUuid, uuid7 } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { httpError, integrityConflict, notFound } from '../errors.ts'
import { created, noContent, ok, type Reply, type Request } from '../route.ts'
import { type LimitRow, selectLimits } from './queries.ts'
import type { ConcurrencyLimitV2Create, ConcurrencyLimitV2Update, LimitsList, RenewLease } from './schemas.ts'

/** What a slot is taken to be occupied for before anything is known. */
export const initialOccupancySeconds = 2

export async function createConcurrencyLimit(context: Context, { body }: Request<Infer<typeof ConcurrencyLimitV2Create>>): Promise<Reply> {
  const { tx, now } = context
  const row: LimitRow = { id: uuid7(), created: now, updated: now, ...body, avg_slot_occupancy_seconds: initialOccupancySeconds }
  if ((await tx.execute(insertInto('concurrency_limit_v2', { ...row }, { onConflict: 'nothing' }))) === 0) throw integrityConflict()
  emit(context, 'created', row)
  return created(row)
}

export async function readConcurrencyLimit(context: Context, { params }: Request): Promise<Reply> {
  return ok(limitResponse(await required(context, params), context.now))
}

export async function readConcurrencyLimits({ tx, now }: Context, { body }: Request<Infer<typeof LimitsList>>): Promise<Reply> {
  const limits = await selectLimits(tx, sql`ORDER BY name LIMIT ${body.limit} OFFSET ${body.offset}`)
  return ok(limits.map((limit) => limitResponse(limit, now)))
}

export async function updateConcurrencyLimit(
  context: Context,
  { params, body }: Request<Infer<typeof ConcurrencyLimitV2Update>>,
): Promise<Reply> {
  const { id } = await required(context, params)
  await context.tx.execute(updateTable('concurrency_limit_v2', { ...s.onlySent(body), updated: context.now }, sql`id = ${id}`))
  emit(context, 'updated', await required(context, { id_or_name: id }))
  return noContent()
}

export async function deleteConcurrencyLimit(context: Context, { params }: Request): Promise<Reply> {
  const limit = await required(context, params)
  emit(context, 'deleted', limit)
  await context.tx.execute(sql`DELETE FROM concurrency_limit_v2 WHERE id = ${limit.id}`)
  return noContent()
}

/** Lets a lease live on from now; one that has expired is gone for good, even before its slots are taken back. */
export async function renewLease({ tx, now }: Context, { params, body }: Request<Infer<typeof RenewLease>>): Promise<Reply> {
  const expires = now.addSeconds(body.lease_duration)
  const renewed = await tx.execute(
    sql`UPDATE server_lease SET expires_at = ${expires} WHERE id = ${params.lease_id ?? ''} AND expires_at > ${now}`,
  )
  if (renewed === 0) throw httpError(410, 'Lease not found - it may have expired or been revoked')
  return noContent()
}

async function required({ tx }: Context, params: Record<string, string>): Promise<LimitRow> {
  const [limit] = await selectLimits(tx, sql`WHERE ${byIdOrName(params.id_or_name ?? '')}`)
  if (limit === undefined) throw notFound('Concurrency Limit not found')
  return limit
}

function byIdOrName(text: string): Sql {
  const id = text.toLowerCase()
  return isUuid(id) ? sql`id = ${id}` : sql`name = ${text}`
}

function limitResponse(row: LimitRow, now: Timestamp) {
  const { id, created, updated, active, name, limit, slot_decay_per_second } = row
  return { id, created, updated, active, name, limit, active_slots: activeSlots(row, now), slot_decay_per_second }
}

function emit(context: Context, action: ObjectAction, { id, name, limit, active, slot_decay_per_second }: LimitRow): void {
  const payload = { name, limit, active, slot_decay_per_second }
  context.emit(objectEvent({ kind: 'concurrency-limit', action, id, name, payload }, context.now))
}
