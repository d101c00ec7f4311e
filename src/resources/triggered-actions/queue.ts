/**
 * The queue between triggers and actions, in the table server_triggered_action: a firing puts its actions there in the
 * transaction that writes its buckets, and the service of the actions takes them out. Rows are in the order of firing.
 */
import type { TriggeredAction } from '../../events/automations/firing.ts'
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto } from '../../storage/statements.ts'
import type { Context } from '../context.ts'

/** Puts actions into the queue, and tells whoever waits for them after the commit. */
export async function enqueueActions({ tx, publish }: Pick<Context, 'tx' | 'publish'>, actions: readonly TriggeredAction[]): Promise<void> {
  if (actions.length === 0) return
  await tx.execute(
    insertInto(
      'server_triggered_action',
      actions.map((action) => ({ action })),
    ),
  )
  publish('triggered-actions', null)
}

/** Takes actions out of the queue: they are done, or were refused. */
export async function removeQueuedActions(tx: Transaction, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) await tx.execute(sql`DELETE FROM server_triggered_action WHERE ${sql.isIn(sql`id`, ids, 'int8')}`)
}
