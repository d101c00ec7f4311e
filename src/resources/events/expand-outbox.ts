/**
 * From the outbox into the tables of events. A row belongs to whoever deletes it, so any number of pods may expand at once;
 * an event that is there already, because a client sent it twice, is left as it is, with its resources.
 */
import type { Event, ResourceLabels } from '../../events/event.ts'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { insertInto } from '../../storage/statements.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { uuid7 } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { isFaultOfDatabase } from '../quarantine.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { leaveTriggerBatch } from '../triggers/batches.ts'
import { claimOutboxRows, type OutboxRow, recordOutboxFailure } from './outbox-rows.ts'
import { readStoredEvent } from './stored.ts'

/** Rows of the outbox in one go; each holds the events of a group. */
export const ExpandOutbox = s.parameters({ rows: s.optional(s.integer(), 32) })

/** Expands some rows; `more` tells that there may be others. */
export async function expandOutbox(context: Context, { body }: Request<Infer<typeof ExpandOutbox>>): Promise<Reply> {
  const rows = await claimOutboxRows(context.tx, body.rows)
  const inserted = await expandRows(context, rows)
  if (inserted.length > 0) {
    await leaveTriggerBatch(context, inserted)
    context.publish('events', inserted)
  }
  return ok({ expanded: inserted.length, more: rows.length === body.rows })
}

/** All rows at once; when that fails each by itself, so that one which fails blocks no other. Gives the new events. */
async function expandRows({ tx, now }: Pick<Context, 'tx' | 'now'>, rows: readonly OutboxRow[]): Promise<Event[]> {
  if (rows.length === 0) return []
  try {
    const events = rows.flatMap((row) => row.events.map(readStoredEvent))
    return await tx.savepoint(() => insertEvents(tx, events, now))
  } catch (error) {
    if (isFaultOfDatabase(error)) throw error
    const [only] = rows
    if (rows.length === 1 && only !== undefined) await recordOutboxFailure(tx, only, error)
    if (rows.length === 1) return []
    const inserted: Event[] = []
    for (const row of rows) inserted.push(...(await expandRows({ tx, now }, [row])))
    return inserted
  }
}

/** Inserts events with their resources; gives those that were not there before. */
export async function insertEvents(tx: Transaction, events: readonly Event[], now: Timestamp): Promise<Event[]> {
  // One statement must not name an event twice: PostgreSQL would insert it once, but the resources of both.
  const distinct = [...new Map(events.map((event) => [event.id, event])).values()]
  const rows = distinct.map((event) => eventRow(event, now))
  const returned = await tx.query<{ id: string }>(insertInto('events', rows, { onConflict: 'nothing', returning: ['id'] }))
  const ids = new Set(returned.map((row) => row.id))
  const inserted = distinct.filter((event) => ids.has(event.id))
  const resources = inserted.flatMap((event) => resourceRows(event, now))
  if (resources.length > 0) await tx.execute(insertInto('event_resources', resources))
  return inserted
}

function eventRow({ id, event, occurred, received, resource, related, payload, follows }: Event, now: Timestamp) {
  return {
    id,
    event,
    occurred,
    received,
    resource_id: resource['prefect.resource.id'] ?? '',
    resource,
    related_resource_ids: related.map((labels) => labels['prefect.resource.id'] ?? ''),
    related,
    payload,
    follows,
    recorded: now,
    created: now,
    updated: now,
  }
}

function resourceRows({ id, occurred, resource, related }: Event, now: Timestamp) {
  return [resource, ...related].map((labels) => {
    const { 'prefect.resource.id': resource_id = '', 'prefect.resource.role': role = '', ...others }: ResourceLabels = labels
    const resource_role = labels === resource ? '' : role
    return { id: uuid7(), occurred, resource_id, resource_role, resource: others, event_id: id, created: now, updated: now }
  })
}
