import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../src/storage/sql.ts'
import { type TableName, tables } from '../../src/storage/tables.ts'
import { dialects, preparedDatabase } from './databases.ts'
import { dumpPostgres, dumpSqlite } from './schema-dump.ts'

describe.each(dialects)('the schema on %s', (dialect) => {
  let prepared: Awaited<ReturnType<typeof preparedDatabase>>
  beforeAll(async () => {
    prepared = await preparedDatabase(dialect)
  })
  afterAll(async () => prepared.remove())

  test("is the reference's, letter by letter", async () => {
    const dump = await prepared.database.read(dialect === 'sqlite' ? dumpSqlite : dumpPostgres)
    const contract = readFileSync(new URL(`../contract/schema-${dialect}.sql`, import.meta.url), 'utf8')
    expect(dump.split('\n')).toEqual(contract.split('\n'))
    expect(dump).toBe(contract)
  })

  test('has the columns that tables.ts lists, and no others', async () => {
    const rows = await prepared.database.read((tx) =>
      tx.query<{ table: string; column: string; type: string }>(
        sql.dialect({
          sqlite: sql`SELECT m.name AS "table", x.name AS "column", x.type FROM sqlite_master m JOIN pragma_table_info(m.name) x
            WHERE m.type = 'table'`,
          postgres: sql`SELECT c.relname AS "table", a.attname AS "column", format_type(a.atttypid, NULL) AS type
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped`,
        }),
      ),
    )
    const found = rows.filter((row) => row.table !== 'server_migration').map((row) => `${row.table}.${row.column}`)
    const listed = Object.entries(tables).flatMap(([table, columns]) => [...columns.keys()].map((column) => `${table}.${column}`))
    expect(found.sort()).toEqual(listed.sort())

    if (dialect === 'postgres') {
      const names: Record<string, string> = {
        'character varying': 'text',
        'timestamp with time zone': 'timestamptz',
        'double precision': 'float8',
      }
      for (const { table, column, type } of rows.filter((row) => row.table !== 'server_migration')) {
        const kind = tables[table as TableName].get(column)?.replace('jsonb_key', 'jsonb')
        expect(`${table}.${column} ${kind}`).toBe(`${table}.${column} ${names[type] ?? type}`)
      }
    }
  })
})
