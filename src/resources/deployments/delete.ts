/** Deleting deployments: with their schedules, their own limits, and the runs that have not begun. Other runs stay. */
import type { Infer } from '../../schema/index.ts'
import { forDeletion, lockForChange } from '../../storage/locking.ts'
import { sql } from '../../storage/sql.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { noContent, ok, type Reply, type Request } from '../route.ts'
import { deploymentEvent, loadDeploymentResources } from './events.ts'
import { DeploymentFilter } from './filter.ts'
import type { DeploymentsBulkDelete } from './lists.ts'
import { deleteScheduledRuns } from './scheduled-runs.ts'

export async function deleteDeployment(context: Context, { params }: Request): Promise<Reply> {
  const deleted = await deleteDeployments(context, [params.id ?? ''])
  if (deleted.length === 0) throw notFound('Deployment not found')
  return noContent()
}

export async function bulkDeleteDeployments(context: Context, { body }: Request<Infer<typeof DeploymentsBulkDelete>>): Promise<Reply> {
  const where = DeploymentFilter.where(body.deployments)
  const rows = await context.tx.query<{ id: Uuid }>(sql`SELECT id FROM deployment WHERE ${where} ORDER BY name LIMIT ${body.limit}`)
  return ok({
    deleted: await deleteDeployments(
      context,
      rows.map(({ id }) => id),
    ),
  })
}

/** Deletes those of the deployments that exist, and tells of each. */
async function deleteDeployments(context: Context, wanted: readonly Uuid[]): Promise<Uuid[]> {
  const { tx, now, emit } = context
  const theirs = sql.isIn(sql`deployment_id`, wanted, 'uuid')
  await lockForChange(tx, 'flow_run', sql`${theirs} AND state_type = 'SCHEDULED'`)
  const limits = sql`id IN (SELECT concurrency_limit_id FROM deployment WHERE ${sql.isIn(sql`id`, wanted, 'uuid')})`
  await tx.query(sql`SELECT id FROM concurrency_limit_v2 WHERE ${limits} ORDER BY id${forDeletion}`)
  const rows = await tx.query<{ id: Uuid }>(
    sql`SELECT id FROM deployment WHERE ${sql.isIn(sql`id`, wanted, 'uuid')} ORDER BY id${forDeletion}`,
  )
  const existing = new Set(rows.map(({ id }) => id))
  const ids = wanted.filter((id) => existing.has(id))
  if (ids.length === 0) return []
  const resources = await loadDeploymentResources(tx, ids)
  for (const deployment of resources.values()) emit(deploymentEvent('deleted', deployment, now))
  await deleteScheduledRuns(context, ids, {})
  await tx.execute(sql`DELETE FROM concurrency_limit_v2 WHERE ${limits}`)
  await tx.execute(sql`DELETE FROM deployment WHERE ${sql.isIn(sql`id`, ids, 'uuid')}`)
  return ids
}
