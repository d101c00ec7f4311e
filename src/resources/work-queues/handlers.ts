import type { Infer } from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { forDeletion } from '../../storage/locking.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { Context } from '../context.ts'
import { httpError, integrityConflict, notFound } from '../errors.ts'
import { noContent, ok, type Reply, type Request } from '../route.ts'
import { countQueueSlots } from '../work-pools/active-slots.ts'
import { requiredWorkPool } from '../work-pools/handlers.ts'
import { lockWorkPool, selectWorkPool, type WorkPoolRow } from '../work-pools/queries.ts'
import { countSlots } from './active-slots.ts'
import { movePriorities, readDefaultPool } from './create.ts'
import { workQueueEvent } from './events.ts'
import { WorkQueueFilter } from './filter.ts'
import { selectWorkQueue, selectWorkQueues, type WorkQueueRow } from './queries.ts'
import { workQueueResponse } from './response.ts'
import type { PoolQueuesPage, WorkQueuesPage } from './schemas.ts'

export async function readPoolQueue({ tx }: Context, { params }: Request): Promise<Reply> {
  const pool = await selectWorkPool(tx, sql`name = ${params.work_pool_name ?? ''}`)
  const queue = await requiredPoolQueue(tx, pool ?? { id: null, name: params.work_pool_name ?? '' }, params.name)
  const slots = await countQueueSlots(tx, limited([queue]))
  return ok(workQueueResponse(queue, params.work_pool_name ?? '', slots.get(queue.id) ?? 0))
}

export async function readPoolQueues({ tx }: Context, { params, body }: Request<Infer<typeof PoolQueuesPage>>): Promise<Reply> {
  const pool = await requiredWorkPool(tx, params.work_pool_name)
  const where = sql.and([sql`work_pool_id = ${pool.id}`, WorkQueueFilter.where(body.work_queues)])
  const queues = await selectWorkQueues(tx, sql`WHERE ${where} ORDER BY priority LIMIT ${body.limit} OFFSET ${body.offset}`)
  const slots = await countQueueSlots(tx, limited(queues))
  return ok(queues.map((queue) => workQueueResponse(queue, pool.name, slots.get(queue.id) ?? 0)))
}

/** Deletes a queue of a pool, but not its default queue; its runs stay. */
export async function deletePoolQueue(context: Context, { params }: Request): Promise<Reply> {
  const { tx } = context
  const { id } = await requiredWorkPool(tx, params.work_pool_name)
  await lockWorkPool(tx, id)
  const pool = await requiredWorkPool(tx, params.work_pool_name)
  const queue = await requiredPoolQueue(tx, pool, params.name)
  if (pool.default_queue_id === queue.id) throw httpError(409, "Can't delete a pool's default queue.")
  await removeWorkQueue(context, queue, pool)
  await movePriorities(context, await selectWorkQueues(tx, sql`WHERE work_pool_id = ${pool.id} ORDER BY updated`), null)
  return noContent()
}

export async function readWorkQueue({ tx }: Context, { params }: Request): Promise<Reply> {
  return ok(await oldResponse(tx, await selectWorkQueue(tx, byId(params))))
}

/** A queue of the default pool; as long as that does not exist, of any. */
export async function readWorkQueueByName({ tx }: Context, { params }: Request): Promise<Reply> {
  const pool = await readDefaultPool({ tx })
  const where = [sql`name = ${params.name ?? ''}`, ...(pool === null ? [] : [sql`work_pool_id = ${pool.id}`])]
  return ok(await oldResponse(tx, await selectWorkQueue(tx, sql.and(where))))
}

export async function readWorkQueues({ tx }: Context, { body }: Request<Infer<typeof WorkQueuesPage>>): Promise<Reply> {
  const where = WorkQueueFilter.where(body.work_queues)
  const queues = await selectWorkQueues(tx, sql`WHERE ${where} ORDER BY name LIMIT ${body.limit} OFFSET ${body.offset}`)
  return ok(await oldResponses(tx, queues))
}

export async function deleteWorkQueue(context: Context, { params }: Request): Promise<Reply> {
  const { tx } = context
  const known = await requiredWorkQueue(tx, byId(params))
  await lockWorkPool(tx, known.work_pool_id)
  const pool = await selectWorkPool(tx, sql`id = ${known.work_pool_id}`)
  const queue = await requiredWorkQueue(tx, byId(params))
  if (pool === null || pool.default_queue_id === queue.id) throw integrityConflict()
  await removeWorkQueue(context, queue, pool)
  return noContent()
}

const byId = (params: Record<string, string>): Sql => sql`id = ${params.id ?? ''}`

async function removeWorkQueue({ tx, now, emit }: Context, queue: WorkQueueRow, pool: WorkPoolRow): Promise<void> {
  emit(workQueueEvent('deleted', queue, pool, now))
  await tx.query(sql`SELECT id FROM work_queue WHERE id = ${queue.id}${forDeletion}`)
  await tx.execute(sql`DELETE FROM work_queue WHERE id = ${queue.id}`)
}

async function requiredWorkQueue(tx: Transaction, where: Sql): Promise<WorkQueueRow> {
  const queue = await selectWorkQueue(tx, where)
  if (queue === null) throw notFound('work queue not found')
  return queue
}

export async function requiredPoolQueue(tx: Transaction, pool: { id: string | null; name: string }, name = ''): Promise<WorkQueueRow> {
  const queue = pool.id === null ? null : await selectWorkQueue(tx, sql`work_pool_id = ${pool.id} AND name = ${name}`)
  if (queue === null) throw notFound(`Work pool queue '${pool.name}/${name}' not found.`)
  return queue
}

async function oldResponse(tx: Transaction, queue: WorkQueueRow | null): Promise<unknown> {
  if (queue === null) throw notFound('work queue not found')
  const [response] = await oldResponses(tx, [queue])
  return response
}

async function oldResponses(tx: Transaction, queues: readonly WorkQueueRow[]): Promise<unknown[]> {
  const withLimit = queues.filter((queue) => queue.concurrency_limit !== null)
  const slots = await countSlots(tx, withLimit)
  const pools = await tx.query<{ id: string; name: string }>(
    sql`SELECT id, name FROM work_pool WHERE ${sql.isIn(sql`id`, [...new Set(queues.map((queue) => queue.work_pool_id))], 'uuid')}`,
  )
  const names = new Map(pools.map(({ id, name }) => [id, name]))
  return queues.map((queue) => workQueueResponse(queue, names.get(queue.work_pool_id) ?? '', slots.get(queue.id) ?? 0))
}

const limited = (queues: readonly WorkQueueRow[]): string[] =>
  queues.filter((queue) => queue.concurrency_limit !== null).map((queue) => queue.id)
