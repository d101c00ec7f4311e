/** `get_runs`: how agents of old polled a queue, by its name; the runs that are due first. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { unindexed } from '../../storage/hints.ts'
import { sql } from '../../storage/sql.ts'
import type { Context } from '../context.ts'
import { objectNotFound } from '../errors.ts'
import { flowRunResponse, selectFlowRuns } from '../flow-runs/records.ts'
import { type Due, scheduledRuns } from '../flow-runs/scheduled.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { countFiltered, filteredRuns, occupying } from './active-slots.ts'
import { selectWorkQueue, type WorkQueueRow } from './queries.ts'
import type { QueueRuns } from './schemas.ts'

export async function readWorkQueueRuns(context: Context, { params, body, headers }: Request<Infer<typeof QueueRuns>>): Promise<Reply> {
  const { tx, now } = context
  const { id = '' } = params
  const isPoll = !isFromUi(headers['x-prefect-ui'])
  const queue = await selectWorkQueue(tx, sql`id = ${id}`)
  if (queue === null) throw objectNotFound(`Work queue with id ${id} not found.`)
  if (isPoll) context.publish('polled-queues', [id])
  if (queue.is_paused) return ok([])
  const runs = await selectQueueRuns(tx, queue, { before: body.scheduled_before, after: null }, body.limit)
  // The reference does not look up the names here.
  return ok(runs.map((run) => flowRunResponse({ ...run, queue_name: null, pool_id: null, pool_name: null }, now)))
}

function isFromUi(header: string | undefined): boolean {
  const issues: s.ValidationIssue[] = []
  const value = header === undefined ? false : s.collect(s.boolean(), header, ['header', 'x-prefect-ui'], issues)
  if (value === s.invalid) throw new s.InvalidInput(issues, {})
  return value
}

async function selectQueueRuns(tx: Transaction, queue: WorkQueueRow, due: Due, limit: number): ReturnType<typeof selectFlowRuns> {
  const { filter, name, concurrency_limit: most } = queue
  const taken = most === null ? 0 : filter === null ? await countNamed(tx, name) : await countFiltered(tx, filter)
  const share = most === null ? limit : Math.min(limit, Math.max(0, most - taken))
  const theirs = filter === null ? sql`${unindexed(sql`flow_run.work_queue_name`)} = ${name}` : filteredRuns(filter, ['SCHEDULED'])
  return await selectFlowRuns(
    tx,
    sql`WHERE ${scheduledRuns(due, theirs)} ORDER BY flow_run.next_scheduled_start_time, flow_run.id LIMIT ${share}`,
  )
}

async function countNamed(tx: Transaction, name: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(sql`
    SELECT count(*) AS count FROM flow_run
    WHERE ${unindexed(sql`work_queue_name`)} = ${name} AND ${sql.isIn(sql`state_type`, occupying, 'state_type')}`)
  return row?.count ?? 0
}
