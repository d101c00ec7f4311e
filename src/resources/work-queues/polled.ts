/** What a poll leaves behind, noted for many polls at once: the queues were polled, and their deployments are ready. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { forChange } from '../../storage/locking.ts'
import { sql } from '../../storage/sql.ts'
import { updateTable } from '../../storage/statements.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { markDeployments } from '../deployments/mark.ts'
import { noContent, type Reply, type Request } from '../route.ts'
import type { Status } from '../work-pools/queries.ts'
import { workQueueStatusEvent } from './events.ts'

export const PolledQueues = s.parameters({ queue_ids: s.list(s.uuid()) })

/** Deployments that were polled so lately need no other note: nobody looks closer than a minute. */
const closeEnoughSeconds = 5

export async function markQueuesPolled(context: Context, { body }: Request<Infer<typeof PolledQueues>>): Promise<Reply> {
  const { tx, now } = context
  const long = sql`last_polled IS NULL OR last_polled < ${now.addSeconds(-closeEnoughSeconds)}`
  const theirs = sql.isIn(sql`work_queue_id`, body.queue_ids, 'uuid')
  await markDeployments(context, sql`${theirs} AND (status = 'NOT_READY' OR ${long})`, 'READY')
  const queues = sql.isIn(sql`id`, body.queue_ids, 'uuid')
  const locked = await tx.query<{ id: Uuid; status: Status }>(
    sql`SELECT id, status FROM work_queue WHERE ${queues} ORDER BY id${forChange}`,
  )
  if (locked.length === 0) return noContent()
  await tx.execute(updateTable('work_queue', { last_polled: now, updated: now }, queues))
  await markQueues(
    context,
    locked.filter(({ status }) => status === 'NOT_READY').map(({ id }) => id),
    'READY',
  )
  return noContent()
}

interface QueueWithPool {
  id: Uuid
  name: string
  pool_id: Uuid
  pool_name: string
  pool_type: string
}

/** Gives queues, which are locked, a status and tells of it. */
export async function markQueues({ tx, now, emit }: Context, ids: readonly Uuid[], status: Status): Promise<void> {
  if (ids.length === 0) return
  const theirs = sql.isIn(sql`work_queue.id`, ids, 'uuid')
  await tx.execute(updateTable('work_queue', { status, updated: now }, theirs))
  const queues = await tx.query<QueueWithPool>(sql`
    SELECT work_queue.id, work_queue.name, work_pool.id AS pool_id, work_pool.name AS pool_name, work_pool.type AS pool_type
    FROM work_queue JOIN work_pool ON work_pool.id = work_queue.work_pool_id WHERE ${theirs}`)
  for (const { id, name, pool_id, pool_name, pool_type } of queues) {
    emit(workQueueStatusEvent({ id, name }, status, { id: pool_id, name: pool_name, type: pool_type }, now))
  }
}
