/**
 * The worker cleanup queue: what workers are to tear down, kept until one of them has done it. Each message is given to one
 * worker at a time, for as long as its lease lasts; whoever shows the reservation's token may finish, give up or prolong it.
 * After some deliveries that led to nothing it is a dead letter.
 *
 *     waiting ─reserve─► reserved ─ack─► completed
 *        ▲                  │
 *        └─release, expiry──┴──────────► dead
 */
import type { Settings } from '../../config/settings.ts'
import type { Transaction } from '../../storage/database.ts'
import { forChange } from '../../storage/locking.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import { insertInto, updateTable, type Values } from '../../storage/statements.ts'
import type { JsonObject } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'

export const cleanupKinds = ['cancelling_timeout_teardown.v1', 'pending_claim_teardown.v1'] as const
export type CleanupKind = (typeof cleanupKinds)[number]

export interface CleanupMessage {
  id: Uuid
  created: Timestamp
  updated: Timestamp
  /** One message of a pool for each key, whoever asks for it again. */
  idempotency_key: string
  work_pool_id: Uuid
  work_queue_id: Uuid | null
  kind: CleanupKind
  target: JsonObject
  data: JsonObject
  status: 'waiting' | 'reserved' | 'completed' | 'dead'
  delivery_count: number
  reservation_token: string | null
  lease_expires_at: Timestamp | null
}

export type NewCleanupMessage = Pick<CleanupMessage, 'id' | 'idempotency_key' | 'work_pool_id' | 'work_queue_id' | 'kind' | 'target'> & {
  data?: JsonObject
}

export const exhausted = 'max_delivery_attempts_reached'

/** Asks for a cleanup; one that was asked for already stays as it is. Dispatchers hear of it after the commit. */
export async function enqueueCleanup({ tx, now, publish }: Context, message: NewCleanupMessage): Promise<void> {
  const row = { data: {}, ...message, created: now, updated: now, status: 'waiting' }
  await tx.execute(insertInto('server_cleanup', row, { onConflict: 'nothing' }))
  publish('cleanup', { work_pool_id: message.work_pool_id })
}

export async function selectMessages(tx: Transaction, rest: Sql): Promise<CleanupMessage[]> {
  return await tx.query<CleanupMessage>(sql`SELECT * FROM server_cleanup ${rest}`)
}

export async function changeMessage({ tx, now }: Pick<Context, 'tx' | 'now'>, id: Uuid, changes: Values): Promise<void> {
  await tx.execute(updateTable('server_cleanup', { ...changes, updated: now }, sql`id = ${id}`))
}

/** Nobody has it any more: it waits for another worker, or is dead when it was offered often enough. Tells which. */
export async function giveBack(
  context: Pick<Context, 'tx' | 'now' | 'settings'>,
  message: CleanupMessage,
  releaseReason: string | null,
): Promise<'waiting' | 'dead'> {
  if (message.delivery_count < maxDeliveries(context.settings)) {
    await changeMessage(context, message.id, { status: 'waiting', reservation_token: null, lease_expires_at: null, reserved_at: null })
    return 'waiting'
  }
  await changeMessage(context, message.id, { status: 'dead', dead_letter: deadLetter(message, context.now, releaseReason) })
  return 'dead'
}

/** Takes back up to `limit` messages whose leases are over. Tells how many. */
export async function expireLeases(context: Pick<Context, 'tx' | 'now' | 'settings'>, where: Sql, limit: number): Promise<number> {
  const { tx, now } = context
  const overdue = sql`status = 'reserved' AND lease_expires_at <= ${now} AND ${where}`
  const found = await tx.query<{ id: Uuid }>(sql`SELECT id FROM server_cleanup WHERE ${overdue} ORDER BY lease_expires_at LIMIT ${limit}`)
  if (found.length === 0) return 0
  const ids = sql.isIn(
    sql`id`,
    found.map(({ id }) => id),
    'uuid',
  )
  const messages = await selectMessages(tx, sql`WHERE ${ids} AND ${overdue} ORDER BY id${forChange}`)
  for (const message of messages) await giveBack(context, message, null)
  return messages.length
}

/** Completed messages keep their idempotency keys taken; for how long, the settings may say. */
export async function forgetCompleted({ tx, now, settings }: Pick<Context, 'tx' | 'now' | 'settings'>): Promise<void> {
  const seconds = settings.get('PREFECT_SERVER_WORKER_CHANNEL_CLEANUP_COMPLETED_IDEMPOTENCY_RETENTION_SECONDS')
  if (seconds === null) return
  await tx.execute(sql`DELETE FROM server_cleanup WHERE status = 'completed' AND completed_at <= ${now.addSeconds(-seconds)}`)
}

export const leaseEnd = (settings: Settings, now: Timestamp): Timestamp =>
  now.addSeconds(settings.get('PREFECT_SERVER_WORKER_CHANNEL_CLEANUP_LEASE_SECONDS'))

export const maxDeliveries = (settings: Settings): number => settings.get('PREFECT_SERVER_WORKER_CHANNEL_CLEANUP_MAX_DELIVERY_ATTEMPTS')

function deadLetter(message: CleanupMessage, now: Timestamp, releaseReason: string | null): Record<string, unknown> {
  return {
    reason: exhausted,
    final_delivery_count: message.delivery_count,
    moved_at: now,
    reservation_token: message.reservation_token,
    lease_expires_at: message.lease_expires_at,
    release_reason: releaseReason,
  }
}
