/**
 * Batches of events that triggers are interested in: left by whoever expands the outbox, in the transaction that makes the
 * events visible, and taken in the transaction that writes what comes of them. A batch that fails three times is put aside.
 */
import type { Event } from '../../events/event.ts'
import { log } from '../../logging/log.ts'
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto } from '../../storage/statements.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { messageOf, mostAttempts, quarantine } from '../quarantine.ts'
import { loadTriggerIndex } from './loaded-automations.ts'

/** A few batches are evaluated in one transaction, which must be short. */
const batchSize = 250
/** Log lines as events are there for readers only. */
const ignoredEvent = 'prefect.log.write'

/** Leaves the events that somebody is interested in to the triggers. */
export async function leaveTriggerBatch(context: Context, events: readonly Event[]): Promise<void> {
  if (!context.settings.get('PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED')) return
  const index = await loadTriggerIndex(context)
  const interesting = events.filter((event) => event.event !== ignoredEvent && index.find(event).length > 0)
  if (interesting.length === 0) return
  const batches = Array.from({ length: Math.ceil(interesting.length / batchSize) }, (_, place) => ({
    events: interesting.slice(place * batchSize, (place + 1) * batchSize),
  }))
  await context.tx.execute(insertInto('server_trigger_batch', batches))
  context.publish('trigger-batches', null)
}

export interface TriggerBatch {
  id: number
  events: unknown[]
  attempts: number
}

/** The oldest batches, which stay until they are removed. */
export async function readTriggerBatches(tx: Transaction, limit: number): Promise<TriggerBatch[]> {
  return tx.query<TriggerBatch>(sql`SELECT id, events, attempts FROM server_trigger_batch ORDER BY id LIMIT ${limit}`)
}

export async function removeTriggerBatches(tx: Transaction, batches: readonly TriggerBatch[]): Promise<void> {
  if (batches.length === 0) return
  const ids = batches.map(({ id }) => id)
  await tx.execute(sql`DELETE FROM server_trigger_batch WHERE ${sql.isIn(sql`id`, ids, 'int8')}`)
}

/** The ids of a batch's events, as far as they are events at all. */
export function eventIds({ events }: TriggerBatch): Uuid[] {
  return events.flatMap((event) => (hasId(event) ? [event.id] : []))
}

const hasId = (event: unknown): event is { id: Uuid } =>
  typeof event === 'object' && event !== null && 'id' in event && typeof event.id === 'string'

/** Counts a failure. After the third the batch is split, to find the event that fails; a single event goes into quarantine. */
export async function recordFailure(tx: Transaction, batch: TriggerBatch, error: unknown): Promise<void> {
  const attempts = batch.attempts + 1
  log.error({ batch: batch.id, attempts, err: error }, 'events could not be evaluated by the triggers')
  if (attempts < mostAttempts) {
    await tx.execute(sql`UPDATE server_trigger_batch SET attempts = ${attempts}, error = ${messageOf(error)} WHERE id = ${batch.id}`)
    return
  }
  await removeTriggerBatches(tx, [batch])
  if (batch.events.length > 1) {
    await tx.execute(
      insertInto(
        'server_trigger_batch',
        batch.events.map((event) => ({ events: [event] })),
      ),
    )
    return
  }
  await quarantine(tx, 'trigger-batch', batch.events, error)
}
