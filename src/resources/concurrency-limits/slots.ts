/** Taking and freeing slots of limits by tag, as clients before global limits did it: one slot for a task run. */
import { activeSlots } from '../../orchestration/slots.ts'
import type { Infer } from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto } from '../../storage/statements.ts'
import { uuid7 } from '../../values/uuid.ts'
import { type LimitRow, lockLimits } from '../concurrency-limits-v2/queries.ts'
import { addToActiveSlots } from '../concurrency-limits-v2/slots.ts'
import type { Context } from '../context.ts'
import { type ApiError, httpError } from '../errors.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { lockTagLimits, selectLeasesOf, setActiveSlots, tagPrefix } from './queries.ts'
import type { TakeSlots } from './schemas.ts'

/** How long such a slot is held when nobody frees it: a century. */
export const leaseSeconds = 100 * 365 * 86_400

export async function incrementLimits(context: Context, { body }: Request<Infer<typeof TakeSlots>>): Promise<Reply> {
  const { tx, now, settings } = context
  const wait = settings.get('PREFECT_SERVER_TASKS_TAG_CONCURRENCY_SLOT_WAIT_SECONDS')
  const global = new Map(
    (
      await lockLimits(
        tx,
        body.names.map((tag) => tagPrefix + tag),
        [],
      )
    ).map((limit) => [limit.name.slice(tagPrefix.length), limit]),
  )
  const old = new Map((await lockTagLimits(tx, body.names)).map((limit) => [limit.tag, limit]))
  for (const tag of body.names) if ((global.get(tag)?.limit ?? old.get(tag)?.concurrency_limit) === 0) throw neverFree(tag)
  const taken: { tag: string; limit: LimitRow }[] = []
  for (const tag of body.names) {
    const limit = global.get(tag)
    if (limit?.active) taken.push({ tag, limit })
    else {
      const held = limit === undefined ? old.get(tag) : undefined
      if (held && held.active_slots.length >= held.concurrency_limit) throw isFull(tag, wait)
    }
  }
  const [first] = taken
  if (first && taken.some(({ limit }) => activeSlots(limit, now) + 1 > limit.limit)) throw isFull(first.tag, wait)
  const results = taken.map(({ tag, limit }) => ({ id: limit.id, name: tag, limit: limit.limit }))
  await addToActiveSlots(
    context,
    taken.map(({ limit }) => limit),
    1,
  )
  for (const tag of body.names) {
    const limit = global.has(tag) ? undefined : old.get(tag)
    if (limit === undefined) continue
    await setActiveSlots(tx, limit, [...new Set([...limit.active_slots, body.task_run_id])], now)
    results.push({ id: limit.id, name: tag, limit: limit.concurrency_limit })
  }
  if (taken.length > 0)
    await insertLease(
      context,
      taken.map(({ limit }) => limit.id),
      body.task_run_id,
    )
  return ok(results)
}

export async function decrementLimits(context: Context, { body }: Request<Infer<typeof TakeSlots>>): Promise<Reply> {
  const { tx, now } = context
  const global = await lockLimits(
    tx,
    body.names.map((tag) => tagPrefix + tag),
    [],
  )
  const results = global.map(({ id, name, limit }) => ({ id, name, limit }))
  const leases = (
    await selectLeasesOf(
      tx,
      global.map((limit) => limit.id),
    )
  ).filter((lease) => lease.holder?.id === body.task_run_id)
  const held = await lockLimits(
    tx,
    [],
    leases.flatMap((lease) => lease.resource_ids),
  )
  for (const lease of leases) {
    await addToActiveSlots(
      context,
      held.filter((limit) => lease.resource_ids.includes(limit.id)),
      -lease.slots,
    )
  }
  if (leases.length > 0)
    await tx.execute(
      sql`DELETE FROM server_lease WHERE ${sql.isIn(
        sql`id`,
        leases.map((lease) => lease.id),
        'uuid',
      )}`,
    )
  const handled = new Set(global.map((limit) => limit.name.slice(tagPrefix.length)))
  for (const limit of await lockTagLimits(tx, body.names)) {
    if (handled.has(limit.tag) || !limit.active_slots.includes(body.task_run_id)) continue
    await setActiveSlots(
      tx,
      limit,
      limit.active_slots.filter((id) => id !== body.task_run_id),
      now,
    )
    results.push({ id: limit.id, name: limit.tag, limit: limit.concurrency_limit })
  }
  return ok(results)
}

/** A lease on one slot of each limit. */
export async function insertLease({ tx, now }: Context, limits: readonly string[], taskRun: string): Promise<void> {
  const lease = { id: uuid7(), created: now, kind: 'concurrency', resource_ids: limits, slots: 1, expires_at: now.addSeconds(leaseSeconds) }
  await tx.execute(insertInto('server_lease', { ...lease, holder: { type: 'task_run', id: taskRun } }))
}

const neverFree = (tag: string): ApiError =>
  httpError(423, `The concurrency limit on tag "${tag}" is 0 and will deadlock if the task tries to run again.`)

const isFull = (tag: string, wait: number): ApiError =>
  httpError(423, `Concurrency limit for the ${tag} tag has been reached`, { 'retry-after': String(wait) })
