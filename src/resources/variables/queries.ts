import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import { insertInto, updateTable, type Values } from '../../storage/statements.ts'
import type { Json } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { type Uuid, uuid7 } from '../../values/uuid.ts'

export interface VariableRow {
  id: Uuid
  created: Timestamp
  updated: Timestamp
  name: string
  value: Json
  tags: string[]
}

type Fields = Pick<VariableRow, 'name' | 'value' | 'tags'>

/** Inserts a variable; null when the name is taken. */
export async function insertVariable(tx: Transaction, fields: Fields, now: Timestamp): Promise<VariableRow | null> {
  const row: VariableRow = { id: uuid7(), created: now, updated: now, ...fields }
  const inserted = await tx.execute(insertInto('variable', [{ ...row }], { onConflict: 'nothing' }))
  return inserted === 1 ? row : null
}

export async function selectVariable(tx: Transaction, where: Sql): Promise<VariableRow | null> {
  const [row] = await tx.query<VariableRow>(sql`SELECT * FROM variable WHERE ${where}`)
  return row ?? null
}

export async function selectVariables(tx: Transaction, where: Sql, order: Sql, limit: number, offset: number): Promise<VariableRow[]> {
  return tx.query<VariableRow>(sql`SELECT * FROM variable WHERE ${where} ORDER BY ${order} LIMIT ${limit} OFFSET ${offset}`)
}

export async function countVariablesWhere(tx: Transaction, where: Sql): Promise<number> {
  const [row] = await tx.query<{ count: number }>(sql`SELECT count(*) AS count FROM variable WHERE ${where}`)
  return row?.count ?? 0
}

export async function changeVariable(tx: Transaction, id: Uuid, changes: Values, now: Timestamp): Promise<void> {
  await tx.execute(updateTable('variable', { ...changes, updated: now }, sql`id = ${id}`))
}

export async function removeVariable(tx: Transaction, id: Uuid): Promise<void> {
  await tx.execute(sql`DELETE FROM variable WHERE id = ${id}`)
}
