/**
 * Brings a database to the schema that this server and the reference share, and adds the server's own tables. Every
 * function is one transaction: killed half-way, it leaves the database as it was.
 */
import type { Database, Transaction } from '../database.ts'
import { sql } from '../sql.ts'
import { inspectSchema, type SchemaInfo } from './inspect.ts'
import { MigrationError } from './migration-error.ts'
import { postgresSchema } from './postgres/index.ts'
import { serverVersions } from './server-tables.ts'
import { sqliteSchema } from './sqlite/index.ts'

/** Two pods that start together on an empty PostgreSQL database take turns. */
const advisoryLock = 7_317_348_001

/** Creates the schema in an empty database; in one that is current, adds what the server itself still needs. */
export async function upgrade(database: Database): Promise<SchemaInfo> {
  return await database.transaction(async (tx) => {
    await takeTurns(tx)
    const info = await inspectSchema(tx)
    if (info.status === 'empty') await createSchema(tx, info)
    else refuseForeign(info)
    await upgradeServerTables(tx, info)
    return await inspectSchema(tx)
  })
}

/** For a server that must not migrate: refuses whatever `upgrade` would have to change. */
export async function check(database: Database): Promise<SchemaInfo> {
  return await database.transaction(async (tx) => {
    const info = await inspectSchema(tx)
    if (info.status !== 'empty') refuseForeign(info)
    if (info.status === 'empty' || info.serverVersion < info.serverHead) {
      throw new MigrationError('The database has not been prepared for this server: run `prefect-server database upgrade`.')
    }
    return info
  })
}

/** What the database holds; changes nothing. */
export async function info(database: Database): Promise<SchemaInfo> {
  return await database.read(inspectSchema)
}

/** Deletes every table with all data, and creates the schema anew. SQLite: open it with `foreignKeys: false`. */
export async function reset(database: Database): Promise<SchemaInfo> {
  await database.transaction(async (tx) => {
    await takeTurns(tx)
    const { tables } = await inspectSchema(tx)
    for (const table of tables) {
      await tx.execute(sql`DROP TABLE ${sql.id(table)}${sql.dialect({ sqlite: sql.empty, postgres: sql` CASCADE` })}`)
    }
    if (tx.dialect === 'postgres') await dropTypes(tx)
    const info = await inspectSchema(tx)
    await createSchema(tx, info)
    await upgradeServerTables(tx, info)
  })
  return await info(database)
}

/** Writes a revision into the database without changing anything else. */
export async function stamp(database: Database, revision: string): Promise<void> {
  await database.transaction(async (tx) => {
    await takeTurns(tx)
    const { head } = await inspectSchema(tx)
    await tx.execute(sql`CREATE TABLE IF NOT EXISTS alembic_version (
      version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
    )`)
    await writeRevision(tx, revision === 'head' ? head : revision)
  })
}

async function takeTurns(tx: Transaction): Promise<void> {
  if (tx.dialect === 'postgres') await tx.query(sql`SELECT pg_advisory_xact_lock(${advisoryLock}::bigint)`)
}

function refuseForeign({ status, revision, head, serverVersion, serverHead }: SchemaInfo): void {
  if (status === 'older') {
    throw new MigrationError(
      `The database is at revision ${revision} of an older Prefect, and this server needs ${head}: make a backup and run ` +
        '`prefect server database upgrade` with prefect 3.8.8, then start this server again.',
    )
  }
  if (status === 'unknown') {
    throw new MigrationError(
      `The database is at revision ${revision}, which this server does not know (it needs ${head}): use the version of ` +
        'prefect-server that belongs to the Prefect which made it, or another database.',
    )
  }
  if (status === 'unmarked') {
    throw new MigrationError(
      'The database has tables with the names of Prefect but no revision: use another database, or, if the schema is ' +
        'certain to be that of prefect 3.8.8, run `prefect-server database stamp head`.',
    )
  }
  if (serverVersion > serverHead) {
    throw new MigrationError(
      'The database was used by a newer prefect-server: use that version, or run its `database` commands to go back.',
    )
  }
}

async function createSchema(tx: Transaction, { head, tables }: SchemaInfo): Promise<void> {
  // The reference makes its table of revisions first; a start of it that failed leaves it behind.
  if (tables.includes('alembic_version')) await tx.execute(sql`DROP TABLE alembic_version`)
  const statements = tx.dialect === 'sqlite' ? sqliteSchema : postgresSchema
  for (const statement of statements) await tx.execute(sql.raw(statement))
  await writeRevision(tx, head)
}

async function writeRevision(tx: Transaction, revision: string): Promise<void> {
  await tx.execute(sql`DELETE FROM alembic_version`)
  await tx.execute(sql`INSERT INTO alembic_version (version_num) VALUES (${revision})`)
}

async function upgradeServerTables(tx: Transaction, { serverVersion, serverHead }: SchemaInfo): Promise<void> {
  if (serverVersion === serverHead) return
  if (serverVersion === 0) await tx.execute(sql`CREATE TABLE IF NOT EXISTS server_migration (version INTEGER NOT NULL)`)
  for (const version of serverVersions.slice(serverVersion)) {
    for (const statement of version(tx.dialect)) await tx.execute(sql.raw(statement))
  }
  await tx.execute(sql`DELETE FROM server_migration`)
  await tx.execute(sql`INSERT INTO server_migration (version) VALUES (${serverHead})`)
}

async function dropTypes(tx: Transaction): Promise<void> {
  const types = ['deployment_status', 'state_type', 'work_pool_status', 'work_queue_status', 'worker_status']
  for (const type of types) await tx.execute(sql`DROP TYPE IF EXISTS ${sql.id(type)}`)
}
