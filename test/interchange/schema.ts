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
      ...rows.map(({ type, name, tbl_name, sql }) => `${type} ${name} on ${tbl_name}: ${statement(sql ?? '')}`),
      JSON.stringify(revision),
    ]
  } finally {
    database.close()
  }
}

/** The reference adds constraints to a table in an order that is left to chance. */
function statement(sql: string): string {
  const text = sql.replaceAll(/\s+/g, ' ')
  const [head, tail] = [text.indexOf('('), text.lastIndexOf(')')]
  if (!text.startsWith('CREATE TABLE') || head < 0) return text
  const parts = topLevelParts(text.slice(head + 1, tail))
  const isConstraint = (part: string): boolean => /^(CONSTRAINT|PRIMARY KEY|FOREIGN KEY|UNIQUE|CHECK)\b/.test(part)
  const sorted = [...parts.filter((part) => !isConstraint(part)), ...parts.filter(isConstraint).toSorted()]
  return `${text.slice(0, head)}(${sorted.join(', ')})${text.slice(tail + 1)}`
}

/** Splits at commas that are in no parentheses and in no text. */
function topLevelParts(text: string): string[] {
  const parts: string[] = []
  let [depth, quoted, start] = [0, false, 0]
  for (let index = 0; index <= text.length; index++) {
    const character = text[index]
    if (character === "'") quoted = !quoted
    else if (!quoted && character === '(') depth++
    else if (!quoted && character === ')') depth--
    if (character !== undefined && !(character === ',' && depth === 0 && !quoted)) continue
    parts.push(text.slice(start, index).trim())
    start = index + 1
  }
  return parts
}

/** Catalogue → one line for each thing in it, in PostgreSQL's own words. */
const catalogue = [
  `SELECT 'column', table_name, column_name, row_number() OVER (PARTITION BY table_name ORDER BY ordinal_position)::text, data_type, udt_name, is_nullable, column_default, character_maximum_length::text, is_generated, generation_expression
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
