/** Whose schema a database holds, and at which revision. */
import type { Transaction } from '../database.ts'
import { type Dialect, sql } from '../sql.ts'
import { tables } from '../tables.ts'
import { headRevision, revisions } from './revisions.ts'
import { serverVersions } from './server-tables.ts'

export interface SchemaInfo {
  dialect: Dialect
  /**
   * - empty: none of our tables
   * - current: the revision that this server reads
   * - older: a revision of an older Prefect
   * - unknown: a revision that this server has not heard of: most likely a newer Prefect
   * - unmarked: tables with our names, but no revision
   */
  status: 'empty' | 'current' | 'older' | 'unknown' | 'unmarked'
  revision: string | null
  head: string
  /** How many revisions lie between the database's and ours; null when that is not known. */
  behind: number | null
  /** Version of the server's own tables, 0 when there are none. */
  serverVersion: number
  serverHead: number
  /** The tables that exist, the server's own too. */
  tables: string[]
}

export async function inspectSchema(tx: Transaction): Promise<SchemaInfo> {
  const { dialect } = tx
  const existing = await existingTables(tx)
  const found = existing.includes('alembic_version')
    ? await tx.query<{ version_num: string }>(sql`SELECT version_num FROM alembic_version`)
    : []
  const revision = found.length === 0 ? null : found.map((row) => row.version_num).join(', ')
  const serverVersion = existing.includes('server_migration')
    ? (await tx.query<{ version: number }>(sql`SELECT version FROM server_migration`))[0]?.version
    : 0
  const position = revision === null ? -1 : revisions[dialect].indexOf(revision)
  return {
    dialect,
    status: statusOf(dialect, revision, existing),
    revision,
    head: headRevision(dialect),
    behind: position < 0 ? null : revisions[dialect].length - 1 - position,
    serverVersion: serverVersion ?? 0,
    serverHead: serverVersions.length,
    tables: existing,
  }
}

function statusOf(dialect: Dialect, revision: string | null, existing: readonly string[]): SchemaInfo['status'] {
  if (revision === headRevision(dialect)) return 'current'
  if (revision !== null) return revisions[dialect].includes(revision) ? 'older' : 'unknown'
  return existing.some((table) => table !== 'alembic_version') ? 'unmarked' : 'empty'
}

/** Those of our tables that exist. Others in the same database are not our business. */
async function existingTables(tx: Transaction): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    sql.dialect({
      sqlite: sql`SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`,
      postgres: sql`SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename`,
    }),
  )
  return rows.map((row) => row.name).filter((name) => name in tables || name === 'server_migration')
}
