/** Rows of the outbox: each holds the events of a group. One that cannot be expanded is tried again behind all others. */
import { log } from '../../logging/log.ts'
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto } from '../../storage/statements.ts'
import { messageOf, mostAttempts, quarantine } from '../quarantine.ts'

export interface OutboxRow {
  id: number
  events: unknown[]
  attempts: number
}

/** Takes the oldest rows out. They belong to whoever does so. */
export async function claimOutboxRows(tx: Transaction, limit: number): Promise<OutboxRow[]> {
  const skipLocked = sql.dialect({ sqlite: sql.empty, postgres: sql.raw(' FOR UPDATE SKIP LOCKED') })
  const rows = await tx.query<OutboxRow>(sql`
    DELETE FROM server_outbox WHERE id IN (SELECT id FROM server_outbox ORDER BY id LIMIT ${limit}${skipLocked})
    RETURNING id, events, attempts`)
  return rows.toSorted((a, b) => a.id - b.id)
}

/** Counts a failure. After the third the row is split, to find the event that fails; a single event goes into quarantine. */
export async function recordOutboxFailure(tx: Transaction, row: OutboxRow, error: unknown): Promise<void> {
  const attempts = row.attempts + 1
  log.error({ row: row.id, attempts, err: error }, 'events in the outbox could not be expanded')
  if (attempts < mostAttempts) {
    await tx.execute(insertInto('server_outbox', { events: row.events, attempts, error: messageOf(error) }))
  } else if (row.events.length > 1) {
    await tx.execute(
      insertInto(
        'server_outbox',
        row.events.map((event) => ({ events: [event] })),
      ),
    )
  } else {
    await quarantine(tx, 'outbox', row.events, error)
  }
}
