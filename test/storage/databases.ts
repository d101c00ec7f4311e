/** Databases for the tests: empty ones, on both backends. */
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../src/storage/database.ts'
import { upgrade } from '../../src/storage/migrations/migrate.ts'
import { type ConnectionInput, connectionOptions } from '../../src/storage/postgres/connection-url.ts'
import { openPostgres } from '../../src/storage/postgres/database.ts'
import type { Dialect } from '../../src/storage/sql.ts'
import type { SqliteOptions } from '../../src/storage/sqlite/connection.ts'
import { openSqlite } from '../../src/storage/sqlite/database.ts'
import { createDatabase } from '../environment/postgres.ts'

export const dialects: readonly Dialect[] = ['sqlite', 'postgres']

export interface Place {
  dialect: Dialect
  /** A file, or a URL. */
  location: string
  open(options?: { role?: 'writer' | 'reader'; connections?: number }): Promise<Database>
  remove(): Promise<void>
}

/** An empty place for a database. */
export async function emptyPlace(dialect: Dialect): Promise<Place> {
  return dialect === 'sqlite' ? await sqlitePlace() : await postgresPlace()
}

async function sqlitePlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'prefect-storage-'))
  const file = join(folder, 'prefect.db')
  return {
    dialect: 'sqlite',
    location: file,
    open: ({ role = 'writer' } = {}) => sqlite(file, { role }),
    remove: async () => rmSync(folder, { recursive: true }),
  }
}

async function postgresPlace(): Promise<Place> {
  const { url, drop } = await createDatabase('storage')
  return {
    dialect: 'postgres',
    location: url,
    open: async ({ role = 'writer', connections = 3 } = {}) => postgresDatabase(url, { role, connections }),
    remove: drop,
  }
}

export async function sqlite(file: string, options: Partial<SqliteOptions> = {}): Promise<Database> {
  return await openSqlite({ file, role: 'writer', waitMilliseconds: 2000, ...options })
}

export function postgresDatabase(url: string, input: Partial<ConnectionInput> = {}): Database {
  return openPostgres(connectionOptions({ ...plainInput, url, ...input }))
}

/** What the settings say when nobody set anything. */
export const plainInput: ConnectionInput = {
  url: '',
  applicationName: null,
  searchPath: null,
  tls: { enabled: false, caFile: null, certFile: null, keyFile: null, checkHostname: true },
  statementTimeout: 10,
  connectionTimeout: 5,
  transactionPooling: false,
  role: 'writer',
  connections: 3,
  environment: {},
  systemUser: () => 'nobody',
  exists: () => false,
}

/** A database with the schema, and what is to be closed and removed at the end. */
export async function preparedDatabase(dialect: Dialect): Promise<{ database: Database; place: Place; remove: () => Promise<void> }> {
  const place = await emptyPlace(dialect)
  const database = await place.open()
  await upgrade(database)
  const remove = async (): Promise<void> => {
    await database.close()
    await place.remove()
  }
  return { database, place, remove }
}
