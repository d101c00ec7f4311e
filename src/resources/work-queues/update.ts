import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import { updateTable } from '../../storage/statements.ts'
import type { JsonObject } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { noContent, type Reply, type Request } from '../route.ts'
import { requiredWorkPool } from '../work-pools/handlers.ts'
import { lockWorkPool, type Status, selectWorkPool, type WorkPoolRow } from '../work-pools/queries.ts'
import { movePriorities } from './create.ts'
import { workQueueStatusEvent, workQueueUpdatedEvent } from './events.ts'
import { requiredPoolQueue } from './handlers.ts'
import { selectWorkQueue, selectWorkQueues, type WorkQueueRow } from './queries.ts'
import type { WorkQueueUpdate } from './schemas.ts'

type Changes = Partial<Infer<typeof WorkQueueUpdate>>

/** Of these a change is an event; of pauses the change of status is. */
const told = ['name', 'description', 'concurrency_limit', 'priority'] as const

/** For so long a queue counts as polled. */
const polledSeconds = 60

/** Changes what was sent; a queue that takes another's priority moves that one down. */
export async function updatePoolQueue(context: Context, { params, body }: Request<Infer<typeof WorkQueueUpdate>>): Promise<Reply> {
  const pool = await requiredWorkPool(context.tx, params.work_pool_name)
  await requiredPoolQueue(context.tx, pool, params.name)
  await lockWorkPool(context.tx, pool.id)
  const queue = await requiredPoolQueue(context.tx, pool, params.name)
  const changes = sent(body)
  await changeWorkQueue(context, queue, pool, changes)
  if (typeof changes.priority === 'number') {
    const queues = await selectWorkQueues(context.tx, sql`WHERE work_pool_id = ${pool.id} ORDER BY updated`)
    await movePriorities(context, queues, { id: queue.id, priority: changes.priority })
  }
  return noContent()
}

/** The old way: changes what was sent and nothing else, so that two queues may have one priority. */
export async function updateWorkQueue(context: Context, { params, body }: Request<Infer<typeof WorkQueueUpdate>>): Promise<Reply> {
  const { tx } = context
  const { id = '' } = params
  const missing = notFound(`Work Queue ${id} not found`)
  const known = await selectWorkQueue(tx, sql`id = ${id}`)
  if (known === null) throw missing
  await lockWorkPool(tx, known.work_pool_id)
  const queue = await selectWorkQueue(tx, sql`id = ${id}`)
  const pool = await selectWorkPool(tx, sql`id = ${known.work_pool_id}`)
  if (queue === null || pool === null) throw missing
  await changeWorkQueue(context, queue, pool, sent(body))
  return noContent()
}

const sent = (body: Infer<typeof WorkQueueUpdate>): Changes =>
  Object.fromEntries(Object.entries(body).filter(([field]) => s.sentFields(body).has(field)))

async function changeWorkQueue({ tx, now, emit }: Context, queue: WorkQueueRow, pool: WorkPoolRow, changes: Changes): Promise<void> {
  const status = statusAfter(queue, changes, now)
  const columns = { ...changes, ...(status !== null && { status }), updated: now }
  await tx.execute(updateTable('work_queue', columns, sql`id = ${queue.id}`))
  const renamed = { id: queue.id, name: changes.name ?? queue.name }
  const updates = updatesOf(queue, changes)
  if (Object.keys(updates).length > 0) emit(workQueueUpdatedEvent(renamed, updates, pool, now))
  if (status !== null) emit(workQueueStatusEvent(renamed, status, pool, now))
}

/** The status that pausing or going on leads to; null when it stays. */
function statusAfter(queue: WorkQueueRow, { is_paused: paused, last_polled = queue.last_polled }: Changes, now: Timestamp): Status | null {
  if (paused === true) return queue.status === 'PAUSED' ? null : 'PAUSED'
  if (paused === undefined || queue.status !== 'PAUSED') return null
  return last_polled !== null && now.secondsSince(last_polled) <= polledSeconds ? 'READY' : 'NOT_READY'
}

function updatesOf(queue: WorkQueueRow, changes: Changes): JsonObject {
  const updates: JsonObject = {}
  for (const field of told) {
    const to = changes[field]
    if (to !== undefined && to !== queue[field]) updates[field] = { from: queue[field], to }
  }
  return updates
}
