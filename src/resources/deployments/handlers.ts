import type { Infer } from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import { updateTable } from '../../storage/statements.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { offsetOf, pageOf } from '../filtering/pagination.ts'
import { whereRelated } from '../filtering/related.ts'
import { ok, type Reply, type Request } from '../route.ts'
import type { DeploymentsCount, DeploymentsList, DeploymentsPage } from './lists.ts'
import { countDeploymentsWhere, lockDeployment, selectDeployment, selectDeployments } from './queries.ts'
import { deploymentResponse } from './response.ts'
import { deleteScheduledRuns } from './scheduled-runs.ts'
import { DeploymentSort } from './sort.ts'

export async function readDeployment({ tx }: Context, { params }: Request): Promise<Reply> {
  const deployment = await selectDeployment(tx, params.id ?? '')
  if (deployment === null) throw notFound('Deployment not found')
  return ok(deploymentResponse(deployment))
}

export async function readDeploymentByName({ tx }: Context, { params }: Request): Promise<Reply> {
  const { flow_name = '', deployment_name = '' } = params
  const flow = sql`(SELECT id FROM flow WHERE name = ${flow_name})`
  const [deployment] = await selectDeployments(tx, sql`WHERE deployment.flow_id = ${flow} AND deployment.name = ${deployment_name}`)
  if (deployment === undefined) throw notFound('Deployment not found')
  return ok(deploymentResponse(deployment))
}

export async function readDeployments({ tx }: Context, { body }: Request<Infer<typeof DeploymentsList>>): Promise<Reply> {
  const where = whereRelated('deployments', body)
  const order = DeploymentSort.orderBy(body.sort)
  const deployments = await selectDeployments(tx, sql`WHERE ${where} ORDER BY ${order} LIMIT ${body.limit} OFFSET ${body.offset}`)
  return ok(deployments.map(deploymentResponse))
}

export async function paginateDeployments({ tx }: Context, { body }: Request<Infer<typeof DeploymentsPage>>): Promise<Reply> {
  const where = whereRelated('deployments', body)
  const order = DeploymentSort.orderBy(body.sort)
  const deployments = await selectDeployments(tx, sql`WHERE ${where} ORDER BY ${order} LIMIT ${body.limit} OFFSET ${offsetOf(body)}`)
  return ok(pageOf(deployments.map(deploymentResponse), await countDeploymentsWhere(tx, where), body))
}

export async function countDeployments({ tx }: Context, { body }: Request<Infer<typeof DeploymentsCount>>): Promise<Reply> {
  return ok(await countDeploymentsWhere(tx, whereRelated('deployments', body)))
}

/** Lets the scheduler make runs again; it comes by soon. */
export async function resumeDeployment(context: Context, { params }: Request): Promise<Reply> {
  await setPaused(context, params.id ?? '', false)
  return ok(null)
}

/** Stops the scheduler from making runs; those that it made and that have not begun are deleted. */
export async function pauseDeployment(context: Context, { params }: Request): Promise<Reply> {
  const id = params.id ?? ''
  await setPaused(context, id, true)
  await deleteScheduledRuns(context, [id], { autoScheduledOnly: true })
  return ok(null)
}

async function setPaused({ tx, now }: Context, id: string, paused: boolean): Promise<void> {
  await lockDeployment(tx, sql`id = ${id}`)
  const [deployment] = await tx.query<{ paused: boolean }>(sql`SELECT paused FROM deployment WHERE id = ${id}`)
  if (deployment === undefined) throw notFound('Deployment not found')
  if (deployment.paused !== paused) await tx.execute(updateTable('deployment', { paused, updated: now }, sql`id = ${id}`))
}
