/** Opens the database that the settings name. */
import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import type { Settings } from '../config/settings.ts'
import type { Database } from './database.ts'
import { echoing } from './echo.ts'
import type { SchemaInfo } from './migrations/inspect.ts'
import { check, upgrade } from './migrations/migrate.ts'
import { connectionOptions } from './postgres/connection-url.ts'
import { openPostgres } from './postgres/database.ts'
import { openSqlite } from './sqlite/database.ts'

export interface OpenOptions {
  settings: Settings
  role: 'writer' | 'reader'
  /** On PostgreSQL; SQLite has one. */
  connections: number
}

/** Opens an actor's database. A database in memory is empty: its writer creates the schema. */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const database = await openTarget(options)
  return options.settings.get('PREFECT_SERVER_DATABASE_ECHO') ? echoing(database) : database
}

async function openTarget({ settings, role, connections }: OpenOptions): Promise<Database> {
  const target = settings.database
  const timeout = settings.get('PREFECT_SERVER_DATABASE_TIMEOUT')
  if (target.backend === 'postgres') return postgres(settings, target.url, { role, connections, timeout })
  if (settings.databaseInMemory && role === 'reader') throw new Error('a database in memory has one connection: send reads to the writer')
  const waitMilliseconds = (timeout ?? 60) * 1000
  const database = await openSqlite({
    file: target.path,
    role,
    cacheMegabytes: role === 'writer' ? 128 : 32,
    waitMilliseconds,
    deadlineMilliseconds: waitMilliseconds,
  })
  if (settings.databaseInMemory) await upgrade(database)
  return database
}

/** For the commands and the start: no limit on statements but the migration's own. */
export async function openForMigration(settings: Settings, role: 'writer' | 'reader' = 'writer'): Promise<Database> {
  const target = settings.database
  const timeout = settings.get('PREFECT_SERVER_DATABASE_MIGRATION_TIMEOUT')
  if (target.backend === 'postgres') return postgres(settings, target.url, { role, connections: 1, timeout })
  return await openSqlite({ file: target.path, role, foreignKeys: false })
}

/** Before the actors start: brings the schema up to date, or, where that is not wanted, checks that it is. */
export async function prepareDatabase(settings: Settings): Promise<SchemaInfo | undefined> {
  if (settings.databaseInMemory) return undefined
  const database = await openForMigration(settings)
  try {
    return await (settings.get('PREFECT_SERVER_DATABASE_MIGRATE_ON_START') ? upgrade(database) : check(database))
  } finally {
    await database.close()
  }
}

function postgres(
  settings: Settings,
  url: string,
  { role, connections, timeout }: { role: 'writer' | 'reader'; connections: number; timeout: number | null },
): Database {
  const { get } = settings
  return openPostgres(
    connectionOptions({
      url,
      role,
      connections,
      statementTimeout: timeout,
      connectionTimeout: get('PREFECT_SERVER_DATABASE_CONNECTION_TIMEOUT'),
      transactionPooling: get('PREFECT_SERVER_STORAGE_PGBOUNCER'),
      applicationName: get('PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_APPLICATION_NAME'),
      searchPath: get('PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_SEARCH_PATH'),
      tls: {
        enabled: get('PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_TLS_ENABLED'),
        caFile: get('PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_TLS_CA_FILE'),
        certFile: get('PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_TLS_CERT_FILE'),
        keyFile: get('PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_TLS_KEY_FILE'),
        checkHostname: get('PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_TLS_CHECK_HOSTNAME'),
      },
      environment: process.env,
      systemUser: () => userInfo().username,
      exists: existsSync,
    }),
  )
}
