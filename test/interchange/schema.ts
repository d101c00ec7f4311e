/** The schema of a database as text, without the tables that are our server's alone. */
import Database from 'better-sqlite3'
import { withClient } from '../environment/postgres.ts'

export async function readSchema(database: string): Promise<string[]> {
  const lines = database.startsWith('postgresql://') ? await readPostgres(database) : readSqlite(database)
  return lines.filter((line) => !/\b(ix_|pk_|fk_|uq_)?_?server_/.test(line)).sort()
}

function readSqlite(file: string): string[] {
  const database = new Database(file, { readonly: true })
  try {
    const rows = database.prepare('SELECT type, name, tbl_name, sql FROM sqlite_master').all() as Record<string, string | null>[]
    const revision = database.prepare('SELECT version_num FROM alembic_version').all()
    return [
      ...rows.map(({ type, name, tbl_name, sql }) => `${type} ${name} on ${tbl_name}: ${sql?.replaceAll(/\s+/g, ' ')}`),
      JSON.stringify(revision),
    ]
  } finally {
    database.close()
  }
}

/** Catalogue → one line for each thing in it, in PostgreSQL's own words. */
const catalogue = [
  `SELECT 'column', table_name, column_name, ordinal_position::text, data_type, udt_name, is_nullable, column_default, character_maximum_length::text, is_generated, generation_expression
     FROM information_schema.columns WHERE table_schema = current_schema()`,
  `SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()`,
  `SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = current_schema()::regnamespace`,
  `SELECT 'type', t.typname, string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY t.typname`,
  `SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal`,
  `SELECT 'function', p.proname, pg_get_functiondef(p.oid) FROM pg_proc p LEFT JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e'
     WHERE p.pronamespace = current_schema()::regnamespace AND d.objid IS NULL`,
  `SELECT 'view', viewname, definition FROM pg_views WHERE schemaname = current_schema()`,
  `SELECT 'extension', extname FROM pg_extension`,
  `SELECT 'revision', version_num FROM alembic_version`,
]

function readPostgres(url: string): Promise<string[]> {
  return withClient(url, async (client) => {
    const lines: string[] = []
    for (const text of catalogue) {
      const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' })
      lines.push(...rows.map((row) => row.map((value) => String(value).replaceAll(/\s+/g, ' ')).join(' · ')))
    }
    return lines
  })
}
