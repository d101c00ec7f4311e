import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import { insertInto, updateTable, type Values } from '../../storage/statements.ts'
import type { JsonObject } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { type Uuid, uuid7 } from '../../values/uuid.ts'

export interface FlowRow {
  id: Uuid
  created: Timestamp
  updated: Timestamp
  name: string
  tags: string[]
  labels: JsonObject | null
}

/** Inserts a flow; null when the name is taken. */
export async function insertFlow(
  tx: Transaction,
  fields: Pick<FlowRow, 'name' | 'tags' | 'labels'>,
  now: Timestamp,
): Promise<FlowRow | null> {
  const row: FlowRow = { id: uuid7(), created: now, updated: now, ...fields }
  const inserted = await tx.execute(insertInto('flow', { ...row }, { onConflict: 'nothing' }))
  return inserted === 1 ? row : null
}

/** The flows that `rest` (WHERE, ORDER BY, LIMIT …) chooses. */
export async function selectFlows(tx: Transaction, rest: Sql): Promise<FlowRow[]> {
  return await tx.query<FlowRow>(sql`SELECT id, created, updated, name, tags, labels FROM flow ${rest}`)
}

export async function selectFlow(tx: Transaction, where: Sql): Promise<FlowRow | null> {
  const [flow] = await selectFlows(tx, sql`WHERE ${where}`)
  return flow ?? null
}

export async function countFlowsWhere(tx: Transaction, where: Sql): Promise<number> {
  const [row] = await tx.query<{ count: number }>(sql`SELECT count(*) AS count FROM flow WHERE ${where}`)
  return row?.count ?? 0
}

export async function changeFlow(tx: Transaction, id: Uuid, changes: Values, now: Timestamp): Promise<void> {
  await tx.execute(updateTable('flow', { ...changes, updated: now }, sql`id = ${id}`))
}

/** Deletes flows with everything below them. */
export async function deleteFlowRows(tx: Transaction, ids: readonly Uuid[]): Promise<void> {
  await tx.execute(sql`DELETE FROM deployment WHERE ${sql.isIn(sql`flow_id`, ids, 'uuid')}`)
  await tx.execute(sql`DELETE FROM flow WHERE ${sql.isIn(sql`id`, ids, 'uuid')}`)
}
