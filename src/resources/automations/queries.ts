import type { Automation } from '../../events/automations/automation.ts'
import { StoredAutomation } from '../../events/automations/automation.ts'
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { forDeletion } from '../../storage/locking.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import { insertInto, updateTable, type Values } from '../../storage/statements.ts'
import type { Json } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { type Uuid, uuid7 } from '../../values/uuid.ts'

export interface AutomationRow {
  id: Uuid
  created: Timestamp
  updated: Timestamp
  name: string
  description: string
  enabled: boolean
  tags: Json
  trigger: Json
  actions: Json
  actions_on_trigger: Json
  actions_on_resolve: Json
}

/** An automation as it is stored, with the defaults of fields that came later. Throws InvalidInput for what is none. */
export function automationOf(row: AutomationRow): Automation {
  const { id, created, updated, ...fields } = row
  return { ...s.validate(StoredAutomation, fields), id, created, updated }
}

/** An automation to show. What an older server or somebody else has stored and is not valid is shown as it is. */
export type ShownAutomation = Automation | AutomationRow

function shown(row: AutomationRow): ShownAutomation {
  try {
    return automationOf(row)
  } catch (error) {
    if (error instanceof s.InvalidInput) return row
    throw error
  }
}

export async function selectAutomations(tx: Transaction, where: Sql, rest: Sql = sql.empty): Promise<ShownAutomation[]> {
  const rows = await tx.query<AutomationRow>(sql`SELECT automation.* FROM automation WHERE ${where} ${rest}`)
  return rows.map(shown)
}

export async function selectAutomation(tx: Transaction, id: Uuid): Promise<ShownAutomation | null> {
  const [automation] = await selectAutomations(tx, sql`id = ${id}`)
  return automation ?? null
}

export async function countAutomationsWhere(tx: Transaction, where: Sql): Promise<number> {
  const [row] = await tx.query<{ count: number }>(sql`SELECT count(*) AS count FROM automation WHERE ${where}`)
  return row?.count ?? 0
}

/** Locks an automation that is to be changed or deleted: whoever evaluates it holds it until the firings are written. */
export async function lockAutomation(tx: Transaction, id: Uuid): Promise<void> {
  await tx.query(sql`SELECT id FROM automation WHERE id = ${id}${forDeletion}`)
}

export async function insertAutomation(
  tx: Transaction,
  fields: Omit<Automation, 'id' | 'created' | 'updated'>,
  now: Timestamp,
): Promise<Automation> {
  const automation: Automation = { id: uuid7(), created: now, updated: now, ...fields }
  await tx.execute(insertInto('automation', { ...automation }))
  await noteAutomationChange(tx)
  return automation
}

export async function changeAutomation(tx: Transaction, id: Uuid, changes: Values, now: Timestamp): Promise<void> {
  await tx.execute(updateTable('automation', { ...changes, updated: now }, sql`id = ${id}`))
  await noteAutomationChange(tx)
}

/** Deletes automations with their buckets, firings and relations. */
export async function removeAutomations(tx: Transaction, ids: readonly Uuid[]): Promise<void> {
  for (const table of ['automation_bucket', 'automation_related_resource', 'composite_trigger_child_firing']) {
    await tx.execute(sql`DELETE FROM ${sql.id(table)} WHERE ${sql.isIn(sql`automation_id`, ids, 'uuid')}`)
  }
  await tx.execute(sql`DELETE FROM automation WHERE ${sql.isIn(sql`id`, ids, 'uuid')}`)
  await noteAutomationChange(tx)
}

/** Tells all who hold automations in memory that theirs are old. */
export async function noteAutomationChange(tx: Transaction): Promise<void> {
  await tx.execute(sql`INSERT INTO server_automation_change (id, number) VALUES (1, 1)
    ON CONFLICT (id) DO UPDATE SET number = server_automation_change.number + 1`)
}

/** How often automations have changed. */
export async function readAutomationChange(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ number: number }>(sql`SELECT number FROM server_automation_change`)
  return row?.number ?? 0
}
