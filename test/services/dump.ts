/** Rows and events in a form in which two servers' may be compared. */
import type { Database } from '../../src/storage/database.ts'
import { sql } from '../../src/storage/sql.ts'
import { type TableName, tables } from '../../src/storage/tables.ts'
import { makeRows, start } from './rows.ts'

const seeded = makeRows()
const compared = (Object.keys(tables) as TableName[]).filter((table) => !table.startsWith('server_') && table !== 'alembic_version')
const known = new Set(Object.values(seeded).flatMap((rows) => rows.map((row) => String(row['id']))))
const mentioned = new Set(JSON.stringify(seeded).match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g))
const between = 12 * 3600 * 1000
/** So long a pass may last by its own clock, which moves by a microsecond each time somebody looks. */
const longest = 20
/** The database's own clock, which nobody stops. */
const began = Date.now() - 1000

/** All rows of all tables but our own. */
export async function rowsOf(database: Database): Promise<Record<string, unknown[]>> {
  return await database.read(async (tx) => {
    const dump: Record<string, unknown[]> = {}
    for (const table of compared) {
      const rows = await tx.query(sql`SELECT * FROM ${sql.id(table)}`)
      dump[table] = rows.map((row) => (table === 'flow_run' && !known.has(String(row['id'])) ? { ...row, name: '<slug>' } : row))
    }
    return dump
  })
}

/** As JSON, lists in an order of their own, without new ids and the instants of the passes. */
export function withoutTraces<Value>(value: Value): Value {
  return sorted(JSON.parse(JSON.stringify(value), (_key, inner: unknown) => plain(inner)))
}

function plain(value: unknown): unknown {
  if (typeof value === 'number') return Math.round(value * 1000) / 1000
  if (typeof value !== 'string') return value
  return value
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => (mentioned.has(id) ? id : '<id>'))
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)/g, instant)
}

function instant(text: string): string {
  const milliseconds = Date.parse(text)
  const elapsed = milliseconds - Math.floor(start.milliseconds)
  const isOfPass = elapsed >= 0 && elapsed % between <= longest
  const isOfDatabase = milliseconds >= began && milliseconds <= Date.now()
  return isOfPass || isOfDatabase ? '<now>' : text.replace('+00:00', 'Z')
}

function sorted<Value>(value: Value): Value {
  if (Array.isArray(value)) {
    const texts = value.map((each) => sorted(each)).map((each): [string, unknown] => [JSON.stringify(each), each])
    return texts.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each) as Value
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  ) as Value
}
