/** The schema of a database as text, in the order and spelling of the contract's `schema-*.sql`, without our own tables. */
import type { Transaction } from '../../src/storage/database.ts'
import { sql } from '../../src/storage/sql.ts'

export async function dumpSqlite(tx: Transaction): Promise<string> {
  const pragma = async (name: string): Promise<unknown> => Object.values((await tx.query(sql`PRAGMA ${sql.raw(name)}`))[0] ?? {})[0]
  const objects = await tx.query<{ sql: string }>(sql`
    SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND substr(tbl_name, 1, 7) <> 'server_'
    ORDER BY tbl_name, CASE type WHEN 'table' THEN 0 ELSE 1 END, name`)
  const lines = [
    await revisionLine(tx),
    `PRAGMA journal_mode = ${await pragma('journal_mode')};`,
    `PRAGMA auto_vacuum = ${await pragma('auto_vacuum')};`,
    ...objects.map((object) => `\n${object.sql};`),
  ]
  return `${lines.join('\n')}\n`
}

async function revisionLine(tx: Transaction): Promise<string> {
  const rows = await tx.query<{ version_num: string }>(sql`SELECT version_num FROM alembic_version`)
  return `-- alembic_version: ${rows.map((row) => row.version_num).join(', ')}`
}

export async function dumpPostgres(tx: Transaction): Promise<string> {
  const lines = async (statement: ReturnType<typeof sql>): Promise<string[]> =>
    (await tx.query<{ line: string }>(statement)).map((row) => row.line)
  const head = [
    await revisionLine(tx),
    ...(await lines(
      sql`SELECT 'CREATE EXTENSION ' || extname || ';' AS line FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY extname`,
    )),
    ...(await lines(sql`
      SELECT 'CREATE TYPE ' || t.typname || ' AS ENUM (' ||
        string_agg('''' || e.enumlabel || '''', ', ' ORDER BY e.enumsortorder) || ');' AS line
      FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY t.typname ORDER BY t.typname`)),
    ...(await lines(sql`
      SELECT pg_get_functiondef(p.oid) || ';' AS line FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE n.nspname = 'public' AND p.prokind = 'f'
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') ORDER BY p.proname`)),
  ]
  const tables = await tx.query<{ oid: number; name: string }>(sql`
    SELECT c.oid, c.relname::text COLLATE "C" AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relname NOT LIKE 'server\\_%' ORDER BY c.relname`)
  const parts: string[] = []
  for (const { oid, name } of tables) {
    const columns = await lines(sql`
      SELECT '    ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        || CASE WHEN a.attgenerated <> '' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ') STORED'
             WHEN d.adbin IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) ELSE '' END
        || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END AS line
      FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid = ${oid} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`)
    const constraints = await lines(sql`
      SELECT '    CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(oid) AS line
      FROM pg_constraint WHERE conrelid = ${oid} ORDER BY contype DESC, conname`)
    const indexes = await lines(sql`
      SELECT pg_get_indexdef(indexrelid) || ';' AS line FROM pg_index i
      WHERE indrelid = ${oid} AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
      ORDER BY pg_get_indexdef(indexrelid)`)
    const triggers = await lines(sql`
      SELECT pg_get_triggerdef(oid) || ';' AS line FROM pg_trigger WHERE tgrelid = ${oid} AND NOT tgisinternal ORDER BY 1`)
    parts.push(`\nCREATE TABLE ${name} (`, [...columns, ...constraints].join(',\n'), ');', ...indexes, ...triggers)
  }
  const views = await lines(
    sql`SELECT E'\\nCREATE VIEW ' || viewname || ' AS ' || definition AS line FROM pg_views WHERE schemaname = 'public' ORDER BY viewname`,
  )
  return `${[...head, ...parts, ...views].join('\n')}\n`
}
