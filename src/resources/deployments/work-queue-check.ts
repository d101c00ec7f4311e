/** `GET /deployments/{id}/work_queue_check`: which old-style queues would take runs of the deployment. */
import { sql } from '../../storage/sql.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { type QueueFilter, selectWorkQueues, type WorkQueueRow } from '../work-queues/queries.ts'
import { selectDeploymentRows } from './queries.ts'

export async function checkWorkQueues({ tx }: Context, { params }: Request): Promise<Reply> {
  const [deployment] = await selectDeploymentRows(tx, sql`WHERE deployment.id = ${params.id ?? ''}`)
  if (deployment === undefined) throw notFound('Deployment not found')
  const queues = await selectWorkQueues(tx, sql`WHERE filter IS NOT NULL`)
  return ok(queues.filter((queue) => takes(queue.filter ?? {}, deployment)).map(workQueue))
}

/** Every tag that the queue asks for is the deployment's, and so is one of its ids. What is null or empty asks for nothing. */
function takes({ tags = null, deployment_ids: ids = null }: QueueFilter, deployment: { id: string; tags: readonly string[] }): boolean {
  const hasTags = tags === null || tags.every((tag) => deployment.tags.includes(tag))
  return hasTags && (ids === null || ids.length === 0 || ids.includes(deployment.id))
}

/** The API's WorkQueue, which knows less than its WorkQueueResponse. */
function workQueue(queue: WorkQueueRow): Record<string, unknown> {
  const { id, created, updated, name, description, is_paused, concurrency_limit, priority, work_pool_id, filter, last_polled } = queue
  const complete = filter === null ? null : { tags: null, deployment_ids: null, ...filter }
  return { id, created, updated, name, description, is_paused, concurrency_limit, priority, work_pool_id, filter: complete, last_polled }
}
