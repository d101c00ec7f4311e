import type { Infer } from '../../schema/index.ts'
import { forDeletion } from '../../storage/locking.ts'
import { sql } from '../../storage/sql.ts'
import type { Context } from '../context.ts'
import { httpError, notFound } from '../errors.ts'
import { noContent, ok, type Reply, type Request } from '../route.ts'
import { workQueueEvent } from '../work-queues/events.ts'
import { selectWorkQueues } from '../work-queues/queries.ts'
import { countPoolSlots } from './active-slots.ts'
import { isReserved } from './create.ts'
import { workPoolDeletedEvent } from './events.ts'
import { WorkPoolFilter } from './filter.ts'
import { selectWorkPool, selectWorkPools, type WorkPoolRow } from './queries.ts'
import { workPoolResponse } from './response.ts'
import type { WorkPoolsCount, WorkPoolsPage } from './schemas.ts'

export async function readWorkPool({ tx }: Context, { params, headers }: Request): Promise<Reply> {
  const pool = await requiredWorkPool(tx, params.name)
  return ok(await response(tx, [pool], headers).then(([only]) => only))
}

export async function readWorkPools({ tx }: Context, { body, headers }: Request<Infer<typeof WorkPoolsPage>>): Promise<Reply> {
  const pools = await selectWorkPools(
    tx,
    sql`WHERE ${WorkPoolFilter.where(body.work_pools)} ORDER BY name LIMIT ${body.limit} OFFSET ${body.offset}`,
  )
  return ok(await response(tx, pools, headers))
}

export async function countWorkPools({ tx }: Context, { body }: Request<Infer<typeof WorkPoolsCount>>): Promise<Reply> {
  const [row] = await tx.query<{ count: number }>(
    sql`SELECT count(*) AS count FROM work_pool WHERE ${WorkPoolFilter.where(body.work_pools)}`,
  )
  return ok(row?.count ?? 0)
}

/** Deletes a work pool with its queues and workers; the runs of its queues stay. */
export async function deleteWorkPool(context: Context, { params }: Request): Promise<Reply> {
  const { tx, now } = context
  if (isReserved(params.name ?? '')) {
    throw httpError(403, "Work pools starting with 'Prefect' are reserved for internal use and can not be deleted.")
  }
  const { id } = await requiredWorkPool(tx, params.name)
  await tx.query(sql`SELECT id FROM work_queue WHERE work_pool_id = ${id} ORDER BY id${forDeletion}`)
  await tx.query(sql`SELECT id FROM work_pool WHERE id = ${id}${forDeletion}`)
  const pool = await requiredWorkPool(tx, params.name)
  const queues = await selectWorkQueues(tx, sql`WHERE work_pool_id = ${id} ORDER BY priority`)
  for (const queue of queues) context.emit(workQueueEvent('deleted', queue, pool, now))
  context.emit(workPoolDeletedEvent(pool, now))
  await tx.execute(sql`DELETE FROM work_pool WHERE id = ${id}`)
  await tx.execute(sql`DELETE FROM server_cleanup WHERE work_pool_id = ${id}`)
  context.publish('work-pools', { work_pool_id: id, reason: 'work_pool_deleted', work_pool_deleted: true })
  return noContent()
}

export async function requiredWorkPool(tx: Context['tx'], name = ''): Promise<WorkPoolRow> {
  const pool = await selectWorkPool(tx, sql`work_pool.name = ${name}`)
  if (pool === null) throw notFound(`Work pool "${name}" not found.`)
  return pool
}

async function response(tx: Context['tx'], pools: readonly WorkPoolRow[], headers: Request['headers']): Promise<unknown[]> {
  const slots = await countPoolSlots(
    tx,
    pools.filter((pool) => pool.concurrency_limit !== null).map((pool) => pool.id),
  )
  return pools.map((pool) => workPoolResponse(pool, slots.get(pool.id) ?? 0, headers))
}
