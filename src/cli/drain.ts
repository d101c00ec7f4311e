/**
 * `prefect-server database drain`: finishes what a crashed server left in the tables that are this server's own, so that the
 * database can go back to the reference with nothing lost.
 */
import { ask } from '../actors/ask.ts'
import { hasMore } from '../actors/services/service.ts'
import { StorageActors } from '../actors/storage-actors.ts'
import type { Settings } from '../config/settings.ts'
import type { Database } from '../storage/database.ts'
import { openForMigration, prepareDatabase } from '../storage/open.ts'
import { type Sql, sql } from '../storage/sql.ts'
import { Timestamp } from '../values/timestamp.ts'

/** In this order: events make batches for triggers. Each works off a chunk and says whether there is more. */
const backlogs: readonly [operation: string, body: unknown][] = [
  ['repossess_leases', {}],
  ['expand_outbox', null],
  ['evaluate_trigger_batches', {}],
  ['delete_pending', null],
]

/** What only a running server can finish. */
const left: readonly { table: string; where: Sql; what: string }[] = [
  { table: 'server_triggered_action', where: sql`1 = 1`, what: 'actions of automations' },
  { table: 'server_cleanup', where: sql`status IN ('waiting', 'reserved')`, what: 'cleanups of flow runs by workers' },
]

/** Empties the tables. Refuses while slots of concurrency limits are held; says what is left, with exit code 1. */
export async function drainDatabase(settings: Settings): Promise<number> {
  await prepareDatabase(settings)
  const leases = await read(settings, (database) => countLeases(database))
  if (leases > 0) {
    throw new Error(`${leases} slots of concurrency limits are held by leases that have not expired: stop what holds them, or wait.`)
  }
  const actors = new StorageActors({ settings, onNews: () => {} })
  try {
    for (const [operation, body] of backlogs) while (hasMore(await ask(actors, operation, body)));
  } finally {
    await actors.close()
  }
  const waiting = await read(settings, countLeft)
  process.stdout.write(waiting.length === 0 ? 'Nothing is left.\n' : `Left for a server with services: ${waiting.join(', ')}.\n`)
  return waiting.length === 0 ? 0 : 1
}

async function countLeases(database: Database): Promise<number> {
  const rows = await database.read((tx) => tx.query(sql`SELECT id FROM server_lease WHERE expires_at > ${Timestamp.now()}`))
  return rows.length
}

async function countLeft(database: Database): Promise<string[]> {
  const found: string[] = []
  for (const { table, where, what } of left) {
    const [row] = await database.read((tx) =>
      tx.query<{ count: number }>(sql`SELECT count(*) AS count FROM ${sql.id(table)} WHERE ${where}`),
    )
    if (row !== undefined && row.count > 0) found.push(`${row.count} ${what}`)
  }
  return found
}

async function read<Result>(settings: Settings, work: (database: Database) => Promise<Result>): Promise<Result> {
  const database = await openForMigration(settings, 'reader')
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}
