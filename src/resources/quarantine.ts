/**
 * Where a message goes that cannot be worked off: it must not be tried for ever, block those behind it, or vanish. What is
 * in the table server_quarantine is for an operator to look at.
 */
import { log } from '../logging/log.ts'
import { DatabaseError, type Transaction } from '../storage/database.ts'
import { insertInto } from '../storage/statements.ts'

/** So often a message is tried. */
export const mostAttempts = 3

/** The database's fault, not the message's: the transaction fails, and everything is tried again. */
export const isFaultOfDatabase = (error: unknown): boolean =>
  error instanceof DatabaseError && error.kind !== 'integrity' && error.kind !== 'invalid'

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export async function quarantine(tx: Transaction, kind: string, content: unknown, error: unknown): Promise<void> {
  await tx.execute(insertInto('server_quarantine', { kind, content, error: messageOf(error) }))
  log.error({ kind, err: error }, 'a message that failed several times is in quarantine')
}
