import type { Event } from '../events/event.ts'
import type { Transaction } from './database.ts'
import { sql } from './sql.ts'

/** One row for all events of a group: they commit with the changes they tell of, at the price of a single insert. */
export async function insertOutbox(tx: Transaction, events: readonly Event[]): Promise<void> {
  await tx.execute(sql`INSERT INTO server_outbox (events) VALUES (${sql.json(events)})`)
}
