/** Events that wait for the event that they follow: rows of automation_event_follower. */
import type { Event } from '../../events/event.ts'
import { lookbackSeconds } from '../../events/triggers/evaluate.ts'
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto } from '../../storage/statements.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import { readStoredEvent } from '../events/stored.ts'

const scope = 'triggers'

/** An event that is there may be waiting itself. */
const isWaiting = sql`EXISTS (SELECT 1 FROM automation_event_follower AS other WHERE other.scope = ${scope} AND other.follower_event_id = events.id)`

/** Remembers events that have arrived early. */
export async function rememberFollowers(tx: Transaction, events: readonly Event[]): Promise<void> {
  if (events.length === 0) return
  const rows = events.map((event) => ({
    scope,
    leader_event_id: event.follows,
    follower_event_id: event.id,
    received: event.received,
    follower: event,
  }))
  await tx.execute(insertInto('automation_event_follower', rows, { onConflict: 'nothing' }))
}

/**
 * Events that need not wait any longer become a batch, behind all others: their leader is there, and is evaluated or in an
 * earlier batch; or it has not come for so long that it never will.
 */
export async function releaseFollowers(tx: Transaction, now: Timestamp): Promise<void> {
  const rows = await tx.query<{ follower: unknown }>(sql`
    DELETE FROM automation_event_follower WHERE scope = ${scope} AND (
      received < ${now.addSeconds(-lookbackSeconds)}
      OR EXISTS (SELECT 1 FROM events WHERE events.id = automation_event_follower.leader_event_id AND NOT ${isWaiting}))
    RETURNING follower`)
  if (rows.length === 0) return
  const events = rows
    .map(({ follower }) => readStoredEvent(follower))
    .sort((a, b) => (a.occurred.text < b.occurred.text ? -1 : Number(a.occurred.text > b.occurred.text)))
  await tx.execute(insertInto('server_trigger_batch', { events }))
}

/** Which of the events are there and were evaluated, or are nobody's business. */
export async function selectSeen(tx: Transaction, ids: readonly Uuid[], pending: ReadonlySet<Uuid>): Promise<Set<Uuid>> {
  const asked = ids.filter((id) => !pending.has(id))
  if (asked.length === 0) return new Set()
  const rows = await tx.query<{ id: Uuid }>(sql`SELECT id FROM events WHERE ${sql.isIn(sql`id`, asked, 'uuid')} AND NOT ${isWaiting}`)
  return new Set(rows.map(({ id }) => id))
}
