import type { Transaction } from './database.ts'
import { type Sql, sql } from './sql.ts'

/**
 * Row locks for the rest of the transaction. SQLite has one writer and needs none. Always in the order of the ids, and the
 * tables in this order, so that groups that cross each other never deadlock: flow_run, task_run, concurrency_limit,
 * concurrency_limit_v2, deployment, work_queue, work_pool.
 *
 * A statement that locks must not join: when it has waited for a row, READ COMMITTED reads that row anew, but the others
 * (the run's state!) as they were before the wait. So lock first, with `lockForChange`, and read in the next statement.
 */
export const forChange = sql.dialect({ sqlite: sql.empty, postgres: sql.raw(' FOR NO KEY UPDATE') })
/** For rows that are to be deleted. */
export const forDeletion = sql.dialect({ sqlite: sql.empty, postgres: sql.raw(' FOR UPDATE') })
/** For parents that must not go away meanwhile. */
export const forReference = sql.dialect({ sqlite: sql.empty, postgres: sql.raw(' FOR KEY SHARE') })

/**
 * Locks the rows of `table` that `condition` chooses, in the order of their ids. Need not be awaited before the statement
 * that reads: statements of a transaction run in the order in which they were sent.
 */
export async function lockForChange(tx: Transaction, table: string, condition: Sql): Promise<void> {
  if (tx.dialect === 'sqlite') return
  await tx.query(sql`SELECT id FROM ${sql.id(table)} WHERE ${condition} ORDER BY id${forChange}`)
}
