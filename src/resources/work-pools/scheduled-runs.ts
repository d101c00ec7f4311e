/**
 * `get_scheduled_flow_runs`: what workers poll. It only reads; that the queues were polled is noted afterwards, together with
 * other polls.
 */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { unindexed } from '../../storage/hints.ts'
import { ArrayParameter, type Sql, sql } from '../../storage/sql.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { limit } from '../filtering/pagination.ts'
import { type FlowRunColumns, flowRunResponse } from '../flow-runs/records.ts'
import { type Due, notInProcess, scheduledRuns } from '../flow-runs/scheduled.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { selectWorkQueues, type WorkQueueRow } from '../work-queues/queries.ts'
import { countQueueSlots } from './active-slots.ts'
import { requiredWorkPool } from './handlers.ts'
import type { WorkPoolRow } from './queries.ts'

export const ScheduledRuns = s.parameters({
  limit,
  work_queue_names: s.optional(s.list(s.string()), null),
  scheduled_before: s.optional(s.datetime(), null),
  scheduled_after: s.optional(s.datetime(), null),
})

/** At most so many runs of a pool, and of a queue, whatever is asked for. */
const most = 1000

export async function getScheduledFlowRuns(context: Context, { params, body }: Request<Infer<typeof ScheduledRuns>>): Promise<Reply> {
  const { tx, now } = context
  const pool = await requiredWorkPool(tx, params.name)
  const queues = await selectWorkQueues(tx, sql`WHERE work_pool_id = ${pool.id} ORDER BY priority`)
  const polled = chosen(queues, pool, body.work_queue_names)
  context.publish('polled-queues', [...new Set(polled.map(({ id }) => id))])
  const shares = await sharesOf(tx, pool, queues, polled, Math.min(body.limit, most))
  const due = { before: body.scheduled_before, after: body.scheduled_after }
  const runs = shares.total > 0 && shares.queues.length > 0 ? await selectRuns(tx, due, shares) : []
  return ok(runs.map((run) => ({ work_pool_id: pool.id, work_queue_id: run.work_queue_id, flow_run: response(run, now) })))
}

/** The queues of the names; all of them when none is named. */
function chosen(queues: readonly WorkQueueRow[], pool: WorkPoolRow, names: readonly string[] | null): readonly WorkQueueRow[] {
  if (names === null || names.length === 0) return queues
  return names.map((name) => {
    const queue = queues.find((candidate) => candidate.name === name)
    if (queue === undefined) throw notFound(`Work pool queue '${pool.name}/${name}' not found.`)
    return queue
  })
}

/** How many runs each queue may give, and all of them together. */
interface Shares {
  total: number
  queues: { id: Uuid; priority: number; share: number }[]
}

async function sharesOf(
  tx: Transaction,
  pool: WorkPoolRow,
  queues: readonly WorkQueueRow[],
  polled: readonly WorkQueueRow[],
  wanted: number,
): Promise<Shares> {
  const open = pool.is_paused ? [] : [...new Set(polled)].filter((queue) => !queue.is_paused)
  const isLimited = pool.concurrency_limit !== null || open.some((queue) => queue.concurrency_limit !== null)
  const taken = isLimited && open.length > 0 ? await countQueueSlots(tx, idsOf(queues)) : new Map<Uuid, number>()
  // The reference's two databases differ here: on PostgreSQL the runs of paused queues take none of the pool's slots.
  const counting = tx.dialect === 'postgres' ? queues.filter((queue) => !queue.is_paused) : queues
  const takenOfPool = counting.reduce((sum, { id }) => sum + (taken.get(id) ?? 0), 0)
  const total = freeSlots(wanted, pool.concurrency_limit, takenOfPool)
  const shares = open.map(({ id, priority, concurrency_limit: queueLimit }) => {
    return { id, priority, share: Math.min(total, freeSlots(wanted, queueLimit, taken.get(id) ?? 0)) }
  })
  return { total, queues: shares.filter(({ share }) => share > 0) }
}

const idsOf = (queues: readonly WorkQueueRow[]): Uuid[] => queues.map(({ id }) => id)

const freeSlots = (wanted: number, most: number | null, taken: number): number =>
  most === null ? wanted : Math.min(wanted, Math.max(0, most - taken))

async function selectRuns(tx: Transaction, due: Due, shares: Shares): Promise<FlowRunColumns[]> {
  return await tx.query<FlowRunColumns>(scheduledRunsOf(due, shares))
}

/** The runs that are due first, of queues with a higher priority before others. */
export function scheduledRunsOf(due: Due, shares: Shares): Sql {
  return sql`
    SELECT flow_run.* FROM (${chosenRuns(due, shares)}) AS chosen JOIN flow_run ON flow_run.id = chosen.id
    ORDER BY chosen.priority, chosen.due`
}

/** Up to here each queue is looked at by itself: in the index's order (there must be a bound), no further than need be. */
const fewQueues = 3

function chosenRuns(due: Due, { total, queues }: Shares): Sql {
  const isBound = due.before !== null || due.after !== null
  const found = queues.length <= (isBound ? fewQueues : 1) ? firstOfEach(due, queues) : firstOfAll(due, queues)
  return sql`SELECT found.id, found.priority, found.due FROM (${found}) AS found ORDER BY found.priority, found.due LIMIT ${total}`
}

const queueOfRun = unindexed(sql`flow_run.work_queue_id`)

function firstOfEach(due: Due, queues: Shares['queues']): Sql {
  const selects = queues.map(
    ({ id, priority, share }) => sql`SELECT * FROM (
      SELECT flow_run.id, CAST(${priority} AS integer) AS priority, flow_run.next_scheduled_start_time AS due FROM flow_run
      WHERE ${scheduledRuns(due, sql`${queueOfRun} = ${id} AND ${notInProcess}`)}
      ORDER BY flow_run.next_scheduled_start_time LIMIT ${share}) AS first`,
  )
  return sql.join(selects, ' UNION ALL ')
}

/** With many queues one look at everything that is due is less than one for each. */
function firstOfAll(due: Due, queues: Shares['queues']): Sql {
  const ids = queues.map(({ id }) => id)
  const isTheirs = sql.isIn(queueOfRun, ids, 'uuid')
  return sql`
    WITH queue (id, priority, share) AS (${sharesTable(queues)})
    SELECT ranked.id, queue.priority, ranked.due FROM (
      SELECT flow_run.id, flow_run.work_queue_id, flow_run.next_scheduled_start_time AS due,
        row_number() OVER (PARTITION BY ${queueOfRun} ORDER BY flow_run.next_scheduled_start_time) AS place
      FROM flow_run WHERE ${scheduledRuns(due, sql`${isTheirs} AND ${notInProcess}`)}
    ) AS ranked JOIN queue ON queue.id = ranked.work_queue_id
    WHERE ranked.place <= queue.share`
}

function sharesTable(queues: Shares['queues']): Sql {
  return sql.dialect({
    sqlite: () => {
      const rows = queues.map(({ id, priority, share }) => [id, priority, share])
      return sql`SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(${sql.json(rows)})`
    },
    postgres: () => {
      const column = (key: 'id' | 'priority' | 'share'): ArrayParameter => new ArrayParameter(queues.map((queue) => queue[key]))
      return sql`SELECT * FROM unnest(${column('id')}::uuid[], ${column('priority')}::int[], ${column('share')}::int[])`
    },
  })
}

/** The API's FlowRun: without its state, and with the queue's name as the run remembers it. */
function response(run: FlowRunColumns, now: Context['now']): Record<string, unknown> {
  const record = { ...run, state: null, queue_name: null, pool_id: null, pool_name: null }
  const { work_pool_id: _id, work_pool_name: _name, ...flowRun } = flowRunResponse(record, now)
  return flowRun
}
