/** The events of new and changed deployments. */
import type { Context } from '../context.ts'
import { changedFields } from './changes.ts'
import { deploymentEvent, loadDeploymentResources } from './events.ts'
import type { DeploymentRow } from './queries.ts'

export async function tellOfCreation({ tx, now, emit }: Context, { id }: DeploymentRow): Promise<void> {
  const resource = (await loadDeploymentResources(tx, [id])).get(id)
  if (resource !== undefined) emit(deploymentEvent('created', resource, now))
}

/** Tells what is another than it was before, if anything is. */
export async function tellOfChange({ tx, now, emit }: Context, before: DeploymentRow, after: DeploymentRow): Promise<void> {
  const updates = changedFields(before, after)
  if (Object.keys(updates).length === 0) return
  const resource = (await loadDeploymentResources(tx, [before.id])).get(before.id)
  if (resource !== undefined) emit(deploymentEvent('updated', resource, now, { updated_fields: Object.keys(updates), updates }))
}
