/** Who holds the slots of a work pool or of a queue. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { unindexed } from '../../storage/hints.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import { Duration } from '../../values/duration.ts'
import { pythonRepr } from '../../values/python-text.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { limit, offsetOf, page } from '../filtering/pagination.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { selectWorkQueue, selectWorkQueues } from '../work-queues/queries.ts'
import { countQueueSlots, occupying } from './active-slots.ts'
import { selectWorkPool } from './queries.ts'

export const PoolSlots = s.parameters({ limit, page, flow_run_limit: s.optional(s.integer({ ge: 0, le: 200 }), 10) })
export const QueueSlots = s.parameters({ limit, page })

/** In a queue by itself cancelling runs hold their slots, too. */
const occupyingQueue = [...occupying, 'CANCELLING']

interface Holder {
  id: Uuid
  name: string
  state_type: string | null
  state_name: string | null
  start_time: Timestamp | null
  state_timestamp: Timestamp | null
  work_queue_id: Uuid | null
}

const holder = sql`id, name, state_type, state_name, start_time, state_timestamp, work_queue_id`

/** A page of the pool's queues, each with the first of its runs. */
export async function readPoolConcurrencyStatus({ tx, now }: Context, { params, body }: Request<Infer<typeof PoolSlots>>): Promise<Reply> {
  const { name = '' } = params
  const pool = await selectWorkPool(tx, sql`name = ${name}`)
  if (pool === null) throw notFound(`Work pool ${pythonRepr(name)} not found.`)
  const all = await selectWorkQueues(tx, sql`WHERE work_pool_id = ${pool.id} ORDER BY priority`)
  const offset = offsetOf(body)
  const queues = all.slice(offset, offset + body.limit)
  const counts = await countQueueSlots(
    tx,
    all.map(({ id }) => id),
  )
  const busy = queues.map(({ id }) => id).filter((id) => counts.has(id))
  const runs = Map.groupBy(await firstHolders(tx, busy, body.flow_run_limit), (run) => run.work_queue_id)
  const details = queues.map((queue) => ({
    queue_id: queue.id,
    queue_name: queue.name,
    active_slots: counts.get(queue.id) ?? 0,
    concurrency_limit: queue.concurrency_limit,
    flow_runs: (runs.get(queue.id) ?? []).map((run) => summary(run, now)),
    flow_run_count: counts.get(queue.id) ?? 0,
  }))
  const active = [...counts.values()].reduce((sum, count) => sum + count, 0)
  return ok({ active_slots: active, concurrency_limit: pool.concurrency_limit, queues: details, ...pagination(all.length, body) })
}

/** A page of the queue's runs; those that lost their queue count by its name. */
export async function readQueueConcurrencyStatus(
  { tx, now }: Context,
  { params, body }: Request<Infer<typeof QueueSlots>>,
): Promise<Reply> {
  const queue = await selectWorkQueue(tx, sql`id = ${params.id ?? ''}`)
  if (queue === null) throw notFound('Work queue not found.')
  const [id, name] = [unindexed(sql`work_queue_id`), unindexed(sql`work_queue_name`)]
  const where = sql`${holding(occupyingQueue)} AND (${id} = ${queue.id} OR (${id} IS NULL AND ${name} = ${queue.name}))`
  const [row] = await tx.query<{ count: number }>(sql`SELECT count(*) AS count FROM flow_run WHERE ${where}`)
  const count = row?.count ?? 0
  const runs = await tx.query<Holder>(
    sql`SELECT ${holder} FROM flow_run WHERE ${where} ORDER BY ${unindexed(sql`id`)} LIMIT ${body.limit} OFFSET ${offsetOf(body)}`,
  )
  const flowRuns = runs.map((run) => summary(run, now))
  return ok({ active_slots: count, concurrency_limit: queue.concurrency_limit, flow_runs: flowRuns, ...pagination(count, body) })
}

async function firstHolders(tx: Transaction, queues: readonly Uuid[], most: number): Promise<Holder[]> {
  if (queues.length === 0 || most === 0) return []
  return await tx.query<Holder>(sql`
    SELECT ${holder} FROM (
      SELECT ${holder}, row_number() OVER (PARTITION BY work_queue_id ORDER BY id) AS place FROM flow_run
      WHERE ${holding(occupying)} AND ${sql.isIn(unindexed(sql`work_queue_id`), queues, 'uuid')}
    ) AS placed WHERE place <= ${most} ORDER BY id`)
}

const holding = (states: readonly string[]): Sql => sql.isIn(sql`state_type`, states, 'state_type')

function summary({ work_queue_id: _queue, ...run }: Holder, now: Timestamp): Record<string, unknown> {
  const since = run.state_timestamp
  return { ...run, time_in_current_state: since === null ? null : Duration.fromMicroseconds(now.microseconds - since.microseconds) }
}

function pagination(count: number, { limit: each, page: number }: { limit: number; page: number }): Record<string, number> {
  return { count, limit: each, pages: each > 0 ? Math.ceil(count / each) : 0, page: number }
}
