/** `prefect-server database …`. */
import type { Settings } from '../config/settings.ts'
import type { Database } from '../storage/database.ts'
import type { SchemaInfo } from '../storage/migrations/inspect.ts'
import { info, reset, stamp, upgrade } from '../storage/migrations/migrate.ts'
import { openForMigration } from '../storage/open.ts'

export async function upgradeDatabase(settings: Settings): Promise<number> {
  const { revision } = await withDatabase(settings, upgrade)
  return say(`The database is at revision ${revision}.`)
}

export async function resetDatabase(settings: Settings): Promise<number> {
  const { revision } = await withDatabase(settings, reset)
  return say(`The database is empty, at revision ${revision}.`)
}

export async function stampDatabase(settings: Settings, revision: string): Promise<number> {
  await withDatabase(settings, (database) => stamp(database, revision))
  return say(`The database says revision ${revision}.`)
}

export async function showDatabase(settings: Settings): Promise<number> {
  const found: SchemaInfo = await withDatabase(settings, info, 'reader')
  return say(JSON.stringify(found, null, 2))
}

async function withDatabase<Result>(
  settings: Settings,
  work: (database: Database) => Promise<Result>,
  role: 'writer' | 'reader' = 'writer',
): Promise<Result> {
  const database = await openForMigration(settings, role)
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

function say(text: string): number {
  process.stdout.write(`${text}\n`)
  return 0
}
