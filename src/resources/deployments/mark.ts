import { forChange } from '../../storage/locking.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import { updateTable } from '../../storage/statements.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { deploymentEvent, loadDeploymentResources } from './events.ts'

export type DeploymentStatus = 'READY' | 'NOT_READY'

/**
 * Gives the deployments for which `where` holds a status, and tells of those that had another. Ready ones were polled just
 * now. `updated` stays, for the scheduler looks at it.
 */
export async function markDeployments({ tx, now, emit }: Context, where: Sql, status: DeploymentStatus): Promise<void> {
  const locked = await tx.query<{ id: Uuid; status: DeploymentStatus }>(
    sql`SELECT id, status FROM deployment WHERE ${where} ORDER BY id${forChange}`,
  )
  if (locked.length === 0) return
  const ids = locked.map(({ id }) => id)
  const changes = { status, updated: sql`updated`, ...(status === 'READY' && { last_polled: now }) }
  await tx.execute(updateTable('deployment', changes, sql.isIn(sql`id`, ids, 'uuid')))
  const changed = locked.filter((deployment) => deployment.status !== status).map(({ id }) => id)
  const name = status === 'READY' ? 'ready' : 'not-ready'
  for (const deployment of (await loadDeploymentResources(tx, changed)).values()) emit(deploymentEvent(name, deployment, now))
}
