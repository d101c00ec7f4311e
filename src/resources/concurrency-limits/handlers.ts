import { type ObjectAction, objectEvent } from '../../events/object-events.ts'
import type { Infer } from '../../schema/index.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import { insertInto, updateTable } from '../../storage/statements.ts'
import { uuid7 } from '../../values/uuid.ts'
import { type LimitRow, lockLimits, selectLimits } from '../concurrency-limits-v2/queries.ts'
import { addToActiveSlots } from '../concurrency-limits-v2/slots.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { created, ok, type Reply, type Request } from '../route.ts'
import {
  asTagLimits,
  selectLeasesOf,
  selectLimitNamed,
  selectTagLimits,
  setActiveSlots,
  type TagLimitResponse,
  tagPrefix,
} from './queries.ts'
import type { ConcurrencyLimitCreate, LimitsList, ResetLimit } from './schemas.ts'
import { insertLease } from './slots.ts'

/** Creates a limit for a tag, 201; one that is there gets the new number, 200. */
export async function createLimit(context: Context, { body }: Request<Infer<typeof ConcurrencyLimitCreate>>): Promise<Reply> {
  const { tx, now } = context
  const name = tagPrefix + body.tag
  const existing = await selectLimitNamed(tx, name)
  if (existing !== null) {
    await tx.execute(updateTable('concurrency_limit_v2', { limit: body.concurrency_limit, updated: now }, sql`id = ${existing.id}`))
    const changed = { ...existing, limit: body.concurrency_limit, updated: now }
    emitGlobal(context, 'updated', changed)
    return ok(await single(context, changed))
  }
  const row: LimitRow = {
    id: uuid7(),
    created: now,
    updated: now,
    name,
    limit: body.concurrency_limit,
    active: true,
    active_slots: 0,
    denied_slots: 0,
    slot_decay_per_second: 0,
    avg_slot_occupancy_seconds: 2,
  }
  await tx.execute(insertInto('concurrency_limit_v2', { ...row }))
  emitGlobal(context, 'created', row)
  return created(await single(context, row))
}

export async function readLimit(context: Context, { params }: Request): Promise<Reply> {
  const [limit] = await selectLimits(context.tx, sql`WHERE id = ${params.id ?? ''}`)
  if (limit?.name.startsWith(tagPrefix)) return ok(await single(context, limit))
  return ok(await requiredOld(context, sql`id = ${params.id ?? ''}`))
}

export async function readLimitByTag(context: Context, { params }: Request): Promise<Reply> {
  const limit = await selectLimitNamed(context.tx, tagPrefix + (params.tag ?? ''))
  if (limit !== null) return ok(await single(context, limit))
  return ok(await requiredOld(context, sql`tag = ${params.tag ?? ''}`))
}

/** Both forms together; where a tag has both, the new one counts. */
export async function readLimits({ tx, now }: Context, { body }: Request<Infer<typeof LimitsList>>): Promise<Reply> {
  const most = body.limit + body.offset
  const old = await selectTagLimits(tx, sql`ORDER BY tag LIMIT ${most}`)
  const global = (await selectLimits(tx, sql`ORDER BY name LIMIT ${most}`)).filter((limit) => limit.name.startsWith(tagPrefix))
  const converted = await asTagLimits(tx, global, now)
  const tags = new Set(converted.map((limit) => limit.tag))
  return ok([...converted, ...old.filter((limit) => !tags.has(limit.tag))].slice(body.offset, most))
}

/** Forgets who holds slots; those in `slot_override` hold one each from now on. */
export async function resetLimit(context: Context, { params, body }: Request<Infer<typeof ResetLimit>>): Promise<Reply> {
  const { tx, now } = context
  const tag = params.tag ?? ''
  const [limit] = await lockLimits(tx, [tagPrefix + tag], [])
  if (limit !== undefined) {
    await revokeLeases(context, limit)
    for (const taskRun of body.slot_override ?? []) {
      await addToActiveSlots(context, [limit], 1)
      await insertLease(context, [limit.id], taskRun)
    }
    return ok(null)
  }
  const old = await requiredOld(context, sql`tag = ${tag}`)
  await setActiveSlots(tx, old, body.slot_override ?? [], now)
  return ok(null)
}

export async function deleteLimit(context: Context, { params }: Request): Promise<Reply> {
  const [limit] = await selectLimits(context.tx, sql`WHERE id = ${params.id ?? ''}`)
  return await remove(context, limit, sql`id = ${params.id ?? ''}`)
}

export async function deleteLimitByTag(context: Context, { params }: Request): Promise<Reply> {
  const limit = await selectLimitNamed(context.tx, tagPrefix + (params.tag ?? ''))
  return await remove(context, limit ?? undefined, sql`tag = ${params.tag ?? ''}`)
}

async function remove(context: Context, limit: LimitRow | undefined, where: Sql): Promise<Reply> {
  const { tx, now } = context
  if (limit !== undefined) {
    await revokeLeases(context, limit)
    emitGlobal(context, 'deleted', limit)
    await tx.execute(sql`DELETE FROM concurrency_limit_v2 WHERE id = ${limit.id}`)
    return ok(null)
  }
  const { id, tag, concurrency_limit } = await requiredOld(context, where)
  context.emit(objectEvent({ kind: 'concurrency-limit', action: 'deleted', id, name: tag, payload: { tag, concurrency_limit } }, now))
  await tx.execute(sql`DELETE FROM concurrency_limit WHERE id = ${id}`)
  return ok(null)
}

async function revokeLeases({ tx }: Context, limit: LimitRow): Promise<void> {
  const ids = (await selectLeasesOf(tx, [limit.id])).map((lease) => lease.id)
  if (ids.length > 0) await tx.execute(sql`DELETE FROM server_lease WHERE ${sql.isIn(sql`id`, ids, 'uuid')}`)
}

async function requiredOld({ tx }: Context, where: Sql): Promise<TagLimitResponse> {
  const [limit] = await selectTagLimits(tx, sql`WHERE ${where}`)
  if (limit === undefined) throw notFound('Concurrency limit not found')
  return limit
}

async function single({ tx, now }: Context, limit: LimitRow): Promise<TagLimitResponse | undefined> {
  const [converted] = await asTagLimits(tx, [limit], now)
  return converted
}

function emitGlobal(context: Context, action: ObjectAction, { id, name, limit, active, slot_decay_per_second }: LimitRow): void {
  const payload = { name, limit, active, slot_decay_per_second }
  context.emit(objectEvent({ kind: 'concurrency-limit', action, id, name, payload }, context.now))
}
