/** What becomes of cleanup messages on their way to workers: reserved, finished, given up, prolonged, taken back. */
import { randomBytes } from 'node:crypto'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { forChange } from '../../storage/locking.ts'
import { sql } from '../../storage/sql.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { ok, type Reply, type Request } from '../route.ts'
import {
  type CleanupMessage,
  changeMessage,
  cleanupKinds,
  exhausted,
  expireLeases,
  forgetCompleted,
  giveBack,
  leaseEnd,
  selectMessages,
} from './messages.ts'

export const Reserve = s.parameters({
  work_pool_id: s.uuid(),
  kinds: s.list(s.literal(...cleanupKinds)),
  /** Only for these queues; null for all of the pool. */
  work_queue_ids: s.optional(s.nullable(s.list(s.uuid())), null),
})

/** Reserves the message that has waited longest; null when there is none. */
export async function reserveCleanup(context: Context, { body }: Request<Infer<typeof Reserve>>): Promise<Reply> {
  const { tx, now, settings } = context
  const { work_pool_id, kinds, work_queue_ids: queues } = body
  await expireLeases(context, sql`work_pool_id = ${work_pool_id}`, 100)
  const [message] = await selectMessages(
    tx,
    sql`WHERE work_pool_id = ${work_pool_id} AND status = 'waiting' AND ${sql.isIn(sql`kind`, kinds, 'text')}
      AND ${queues === null ? sql`1 = 1` : sql.isIn(sql`work_queue_id`, queues, 'uuid')}
      ORDER BY created, id LIMIT 1${sql.dialect({ sqlite: sql.empty, postgres: sql` FOR NO KEY UPDATE SKIP LOCKED` })}`,
  )
  if (message === undefined) return ok(null)
  const token = randomBytes(32).toString('base64url')
  const lease = leaseEnd(settings, now)
  const delivery_count = message.delivery_count + 1
  await changeMessage(context, message.id, {
    status: 'reserved',
    delivery_count,
    reservation_token: token,
    reserved_at: now,
    lease_expires_at: lease,
  })
  const { id: message_id, kind, work_queue_id, target, data } = message
  return ok({ message_id, kind, reservation_token: token, lease_expires_at: lease, delivery_count, work_queue_id, target, data })
}

export const Operate = s.parameters({
  operation: s.literal('ack', 'release', 'renew'),
  work_pool_id: s.uuid(),
  message_id: s.uuid(),
  reservation_token: s.string(),
  reason: s.optional(s.nullable(s.string()), null),
})

interface Result {
  message_id: Uuid
  operation: string
  status: 'accepted' | 'not_current' | 'not_found' | 'expired' | 'invalid_token' | 'unauthorized' | 'dead_lettered'
  lease_expires_at: Timestamp | null
  reason: string | null
}

/** What a worker says about a message that it holds. */
export async function operateOnCleanup(context: Context, { body }: Request<Infer<typeof Operate>>): Promise<Reply> {
  const { message_id, operation } = body
  const [message] = await selectMessages(context.tx, sql`WHERE id = ${message_id}${forChange}`)
  const outcome = message === undefined ? notFound : ((await refusal(context, message, body)) ?? (await perform(context, message, body)))
  const result: Result = { message_id, operation, lease_expires_at: null, reason: null, ...outcome }
  return ok(result)
}

type Outcome = Pick<Result, 'status'> & Partial<Result>

const notFound: Outcome = { status: 'not_found', reason: 'message_not_found' }

/** Why this may not be done now; null when it may. A lease that is over ends here. */
async function refusal(context: Context, message: CleanupMessage, wanted: Infer<typeof Operate>): Promise<Outcome | null> {
  if (message.status === 'completed' || message.status === 'dead') return notFound
  if (message.work_pool_id !== wanted.work_pool_id) return { status: 'unauthorized', reason: 'work_pool_mismatch' }
  const { lease_expires_at: lease } = message
  if (message.status !== 'reserved' || lease === null) return { status: 'not_current', reason: 'no_active_reservation' }
  if (message.reservation_token !== wanted.reservation_token) return { status: 'invalid_token', reason: 'reservation_token_mismatch' }
  if (lease.isAfter(context.now)) return null
  const now = await giveBack(context, message, null)
  if (now === 'dead') return { status: 'dead_lettered', reason: exhausted }
  context.publish('cleanup', { work_pool_id: message.work_pool_id })
  return { status: 'expired', reason: 'lease_expired' }
}

async function perform(context: Context, message: CleanupMessage, { operation, reason }: Infer<typeof Operate>): Promise<Outcome> {
  if (operation === 'ack') {
    await changeMessage(context, message.id, { status: 'completed', completed_at: context.now, lease_expires_at: null })
    return { status: 'accepted' }
  }
  if (operation === 'renew') {
    const lease = leaseEnd(context.settings, context.now)
    await changeMessage(context, message.id, { lease_expires_at: lease })
    return { status: 'accepted', lease_expires_at: lease }
  }
  if ((await giveBack(context, message, reason)) === 'dead') return { status: 'dead_lettered', reason: exhausted }
  context.publish('cleanup', { work_pool_id: message.work_pool_id })
  return { status: 'accepted' }
}

export const FindWork = s.parameters({ work_pool_ids: s.list(s.uuid()) })

/** Those of the pools where a message waits, or whose lease is over. */
export async function findCleanupWork({ tx, now }: Context, { body }: Request<Infer<typeof FindWork>>): Promise<Reply> {
  const rows = await tx.query<{ work_pool_id: Uuid }>(sql`
    SELECT DISTINCT work_pool_id FROM server_cleanup WHERE ${sql.isIn(sql`work_pool_id`, body.work_pool_ids, 'uuid')}
      AND (status = 'waiting' OR (status = 'reserved' AND lease_expires_at <= ${now}))`)
  return ok(rows.map((row) => row.work_pool_id))
}

export const Reconcile = s.parameters({ limit: s.integer({ ge: 1 }) })

/** Takes back what workers hold longer than they may. */
export async function reconcileCleanup(context: Context, { body }: Request<Infer<typeof Reconcile>>): Promise<Reply> {
  const expired = await expireLeases(context, sql`1 = 1`, body.limit)
  await forgetCompleted(context)
  return ok({ expired, more: expired === body.limit })
}
