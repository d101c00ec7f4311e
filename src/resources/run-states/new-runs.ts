import type { Writes } from '../../orchestration/writes.ts'
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto, type Values } from '../../storage/statements.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { insertArtifacts, stateRows } from './writes.ts'

/**
 * Inserts runs together with their first states. Both refer to each other; inserting them in one statement (PostgreSQL
 * checks at its end) or with the check put off to the COMMIT (SQLite) spares updating each run, with all its indexes, at
 * once after it was inserted.
 */
export async function insertRunsWithStates(
  tx: Transaction,
  table: 'flow_run' | 'task_run',
  runs: readonly object[],
  writes: readonly Writes[],
  now: Timestamp,
): Promise<void> {
  if (runs.length === 0) return
  await insertArtifacts(
    tx,
    writes.flatMap((each) => each.artifacts),
    now,
  )
  const states = table === 'flow_run' ? writes.flatMap((each) => each.flowRunStates) : writes.flatMap((each) => each.taskRunStates)
  const rows: Values[] = runs.map((run) => ({ ...run }))
  const insertRuns = insertInto(table, rows)
  if (states.length === 0) return void (await tx.execute(insertRuns))
  const insertStates = insertInto(`${table}_state`, stateRows(states, now))
  if (tx.dialect === 'postgres') return void (await tx.execute(sql`WITH states AS (${insertStates}) ${insertRuns}`))
  await tx.execute(sql`PRAGMA defer_foreign_keys = ON`)
  await tx.execute(insertRuns)
  await tx.execute(insertStates)
}
