/**
 * From the outbox into the tables of events. A row belongs to whoever deletes it, so any number of pods may expand at once;
 * an event that is there already, because a client sent it twice, is left as it is, with its resources.
 */
import type { Event, ResourceLabels } from '../../events/event.ts'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto } from '../../storage/statements.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { uuid7 } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { leaveTriggerBatch } from '../triggers/batches.ts'
import { readStoredEvent } from './stored.ts'

/** Rows of the outbox in one go; each holds the events of a group. */
export const ExpandOutbox = s.parameters({ rows: s.optional(s.integer(), 32) })

/** Expands some rows; `more` tells that there may be others. */
export async function expandOutbox(context: Context, { body }: Request<Infer<typeof ExpandOutbox>>): Promise<Reply> {
  const { tx, now, publish } = context
  const rows = await claim(tx, body.rows)
  const events = rows.flat()
  if (events.length > 0) {
    const inserted = await insertEvents(tx, events, now)
    if (inserted.length > 0) {
      await leaveTriggerBatch(context, inserted)
      publish('events', inserted)
    }
  }
  return ok({ expanded: events.length, more: rows.length === body.rows })
}

async function claim(tx: Transaction, limit: number): Promise<Event[][]> {
  const skipLocked = sql.dialect({ sqlite: sql.empty, postgres: sql.raw(' FOR UPDATE SKIP LOCKED') })
  const rows = await tx.query<{ id: number; events: unknown[] }>(sql`
    DELETE FROM server_outbox WHERE id IN (SELECT id FROM server_outbox ORDER BY id LIMIT ${limit}${skipLocked}) RETURNING id, events`)
  return rows.toSorted((a, b) => a.id - b.id).map((row) => row.events.map(readStoredEvent))
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
