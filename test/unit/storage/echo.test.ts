import { expect, test } from 'vitest'
import type { Database, Transaction } from '../../../src/storage/database.ts'
import { echoing } from '../../../src/storage/echo.ts'
import { sql } from '../../../src/storage/sql.ts'

test('every statement is shown with its place, and without its values', async () => {
  const lines: string[] = []
  const tx: Transaction = {
    dialect: 'postgres',
    query: async () => [],
    execute: async () => 1,
    savepoint: (work) => work(),
  }
  const database: Database = { dialect: 'postgres', transaction: (work) => work(tx), read: (work) => work(tx), close: async () => {} }
  const echoed = echoing(database, (statement) => void lines.push(statement))
  await echoed.transaction(async (inner) => {
    await inner.execute(sql`DELETE FROM flow WHERE name = ${'secret'}`)
    await inner.savepoint(() => inner.query(sql`SELECT ${'a\0b'}::text`))
  })
  await echoed.read((inner) => inner.query(sql`SELECT 1`))
  expect(lines).toEqual(['DELETE FROM flow WHERE name = $1', 'SELECT $1::text', 'SELECT 1'])
})
