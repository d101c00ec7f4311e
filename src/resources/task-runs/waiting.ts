/**
 * Background task runs that wait for a task worker, in the table server_waiting_task_run: a row is written with the state
 * that makes the run wait, and goes when a worker has acknowledged the run. In between it is claimed by one worker's
 * connection; a claim that is not renewed (its pod is gone) ends, and the run is handed out again.
 */
import type { Writes } from '../../orchestration/writes.ts'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto } from '../../storage/statements.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { type Uuid, uuid7 } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { ok, type Reply, type Request, route } from '../route.ts'
import { selectTaskRun, taskRunResponse } from './records.ts'

/** A claim ends so many seconds after it was made or renewed. */
export const claimSeconds = 30

type Waiting = Pick<Writes['scheduledTaskRuns'][number], 'task_run_id' | 'task_key' | 'queue'>

/** Notes task runs that wait from now on; one that waits already waits anew. */
export async function insertWaiting(tx: Transaction, waiting: readonly Waiting[]): Promise<void> {
  const latest = new Map(waiting.map((each) => [each.task_run_id, each]))
  if (latest.size === 0) return
  const rows = [...latest.values()].map(({ task_run_id, task_key, queue }) => ({
    task_run_id,
    task_key,
    queue,
    claim: null,
    claimed_until: null,
  }))
  const update = ['queue', 'claim', 'claimed_until']
  await tx.execute(insertInto('server_waiting_task_run', rows, { onConflict: { columns: ['task_run_id'], update } }))
}

const Keys = s.parameters({ keys: s.list(s.string()) })
const Settle = s.parameters({ claim: s.uuid(), acknowledged: s.boolean() })

const unclaimed = (keys: readonly string[], now: Timestamp) => sql`
  ${sql.isIn(sql`task_key`, keys, 'text')} AND (claimed_until IS NULL OR claimed_until < ${now})`

/** Hands out the next task run of these tasks, retries first: the run and its claim, or null. */
async function claimTaskRun({ tx, now }: Context, { body }: Request<Infer<typeof Keys>>): Promise<Reply> {
  const skipLocked = sql.dialect({ sqlite: sql.empty, postgres: sql.raw(' FOR UPDATE SKIP LOCKED') })
  for (;;) {
    const [next] = await tx.query<{ id: number; task_run_id: Uuid }>(sql`
      SELECT id, task_run_id FROM server_waiting_task_run WHERE ${unclaimed(body.keys, now)}
      ORDER BY CASE queue WHEN 'retry' THEN 0 ELSE 1 END, id LIMIT 1${skipLocked}`)
    if (next === undefined) return ok(null)
    const run = await selectTaskRun(tx, next.task_run_id)
    if (run?.state_type === 'SCHEDULED') {
      const claim = uuid7()
      await tx.execute(sql`
        UPDATE server_waiting_task_run SET claim = ${claim}, claimed_until = ${now.addSeconds(claimSeconds)} WHERE id = ${next.id}`)
      return ok({ claim, task_run: taskRunResponse(run, now) })
    }
    // Deleted, cancelled, or started by somebody else: no worker need see it.
    await tx.execute(sql`DELETE FROM server_waiting_task_run WHERE id = ${next.id}`)
  }
}

/** A worker took its run, or left without an answer: then the run is for somebody else, before those that are new. */
async function settleTaskRun({ tx, publish }: Context, { body }: Request<Infer<typeof Settle>>): Promise<Reply> {
  const [row] = await tx.query<Omit<Waiting, 'queue'>>(
    sql`SELECT task_run_id, task_key FROM server_waiting_task_run WHERE claim = ${body.claim}`,
  )
  if (row === undefined) return ok(false)
  if (body.acknowledged) await tx.execute(sql`DELETE FROM server_waiting_task_run WHERE claim = ${body.claim}`)
  else {
    await tx.execute(sql`
      UPDATE server_waiting_task_run SET queue = 'retry', claim = NULL, claimed_until = NULL WHERE claim = ${body.claim}`)
    publish('scheduled-task-runs', { ...row, queue: 'retry' })
  }
  return ok(true)
}

/** Of these tasks, those of which runs wait for a worker. */
async function readWaitingKeys({ tx, now }: Context, { body }: Request<Infer<typeof Keys>>): Promise<Reply> {
  const rows = await tx.query<{ task_key: string }>(sql`
    SELECT DISTINCT task_key FROM server_waiting_task_run WHERE ${unclaimed(body.keys, now)}`)
  return ok(rows.map((row) => row.task_key))
}

export const waitingRoutes = [
  route({ method: 'CALL', path: '', name: 'claim_task_run', access: 'alone', body: Keys, handle: claimTaskRun }),
  route({ method: 'CALL', path: '', name: 'settle_task_run', access: 'alone', body: Settle, handle: settleTaskRun }),
  route({ method: 'CALL', path: '', name: 'read_waiting_keys', access: 'read', body: Keys, handle: readWaitingKeys }),
]
