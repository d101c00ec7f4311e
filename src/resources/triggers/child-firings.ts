/** What the children of composite triggers have fired: rows of composite_trigger_child_firing. */
import { Firing } from '../../events/automations/firing.ts'
import type { Children } from '../../events/triggers/evaluator.ts'
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto } from '../../storage/statements.ts'
import type { Json } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'

/** The firings that are kept for the composite triggers of some automations. */
export async function selectChildFirings(
  tx: Transaction,
  automationIds: readonly Uuid[],
): Promise<{ automationId: Uuid; parentId: Uuid; firings: Firing[] }[]> {
  if (automationIds.length === 0) return []
  const rows = await tx.query<{ automation_id: Uuid; parent_trigger_id: Uuid; child_firing: Json }>(sql`
    SELECT automation_id, parent_trigger_id, child_firing FROM composite_trigger_child_firing
    WHERE ${sql.isIn(sql`automation_id`, automationIds, 'uuid')} ORDER BY child_fired_at`)
  return [...Map.groupBy(rows, (row) => row.parent_trigger_id)].map(([parentId, children]) => ({
    parentId,
    automationId: children[0]?.automation_id ?? '',
    firings: children.map((row) => s.validate(Firing, row.child_firing)),
  }))
}

/** Writes what has changed. */
export async function writeChildFirings(tx: Transaction, changed: readonly Children[], now: Timestamp): Promise<void> {
  for (const { automationId, parentId, firings } of changed) {
    const kept = firings.map((firing) => firing.id)
    await tx.execute(sql`DELETE FROM composite_trigger_child_firing
      WHERE automation_id = ${automationId} AND parent_trigger_id = ${parentId} AND NOT ${sql.isIn(sql`child_firing_id`, kept, 'uuid')}`)
    if (firings.length === 0) continue
    const rows = firings.map((firing) => ({
      automation_id: automationId,
      parent_trigger_id: parentId,
      child_trigger_id: firing.trigger.id,
      child_firing_id: firing.id,
      child_fired_at: firing.triggered,
      child_firing: firing,
      updated: now,
    }))
    const columns = ['automation_id', 'parent_trigger_id', 'child_trigger_id']
    const update = ['child_firing_id', 'child_fired_at', 'child_firing', 'updated']
    await tx.execute(insertInto('composite_trigger_child_firing', rows, { onConflict: { columns, update } }))
  }
}
