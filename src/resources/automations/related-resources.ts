/** What automations belong to, or act on: rows of automation_related_resource. */
import type { Automation } from '../../events/automations/automation.ts'
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto } from '../../storage/statements.ts'
import type { Uuid } from '../../values/uuid.ts'
import { type ShownAutomation, selectAutomations } from './queries.ts'

/** Keeps the rows of the deployments that the automation runs; what owns the automation is left alone. */
export async function syncRelatedDeployments(tx: Transaction, automationId: Uuid, actions: Automation['actions']): Promise<void> {
  await tx.execute(sql`DELETE FROM automation_related_resource
    WHERE automation_id = ${automationId} AND resource_id LIKE 'prefect.deployment.%' AND NOT automation_owned_by_resource`)
  const deployments = actions.flatMap((action) =>
    action.type === 'run-deployment' && action.source === 'selected' && action.deployment_id !== null ? [action.deployment_id] : [],
  )
  for (const deployment of new Set(deployments)) await relateToResource(tx, automationId, `prefect.deployment.${deployment}`, false)
}

/** Relates an automation to a resource; once owned by it, it stays so. */
export async function relateToResource(tx: Transaction, automationId: Uuid, resourceId: string, owned: boolean): Promise<void> {
  const row = { automation_id: automationId, resource_id: resourceId, automation_owned_by_resource: owned }
  const update = {
    automation_owned_by_resource: sql`automation_related_resource.automation_owned_by_resource OR excluded.automation_owned_by_resource`,
    updated: sql`excluded.updated`,
  }
  await tx.execute(insertInto('automation_related_resource', row, { onConflict: { columns: ['automation_id', 'resource_id'], update } }))
}

/** Automations that belong to a resource or, unless `owned`, act on it. */
export function selectRelatedAutomations(tx: Transaction, resourceId: string, owned: boolean): Promise<ShownAutomation[]> {
  const ownership = owned ? sql` AND automation_owned_by_resource` : sql.empty
  return selectAutomations(
    tx,
    sql`automation.id IN (SELECT automation_id FROM automation_related_resource WHERE resource_id = ${resourceId}${ownership})`,
  )
}
