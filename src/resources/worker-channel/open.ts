/** A worker says hello: its pool and queues are found, the pool made if it may be, and its first heartbeat noted. */
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import type { JsonObject } from '../../values/json.ts'
import type { Context } from '../context.ts'
import { ApiError, httpError } from '../errors.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { countPoolSlots } from '../work-pools/active-slots.ts'
import { insertWorkPool, isReserved } from '../work-pools/create.ts'
import { jobVariablesProblem } from '../work-pools/job-variables.ts'
import { JobTemplate, noStorage } from '../work-pools/parts.ts'
import { lockWorkPool, selectWorkPool, type WorkPoolRow } from '../work-pools/queries.ts'
import { workPoolResponse } from '../work-pools/response.ts'
import { changeWorkPool } from '../work-pools/update.ts'
import { selectWorkQueues, type WorkQueueRow } from '../work-queues/queries.ts'
import { writeBeats } from '../workers/heartbeats.ts'

export const OpenChannel = s.parameters({
  work_pool_name: s.string(),
  worker_name: s.string(),
  worker_type: s.string(),
  heartbeat_interval_seconds: s.integer(),
  work_queue_names: s.list(s.string()),
  create_pool_if_not_found: s.boolean(),
  default_base_job_template: s.dict(),
})
type Hello = s.Infer<typeof OpenChannel>

/** Why a channel is closed again, as its worker is told. */
const refused = (reason: 'authorization_failed' | 'transient_server_error'): ApiError => new ApiError(403, { close: reason })

/** The pool as its worker is to see it, and the queues that it works for. */
export async function openWorkerChannel(context: Context, { body }: Request<Hello>): Promise<Reply> {
  const { tx, now } = context
  const found = (await selectWorkPool(tx, sql`name = ${body.work_pool_name}`)) ?? (await createPool(context, body))
  await lockWorkPool(tx, found.id)
  const pool = await selectWorkPool(tx, sql`id = ${found.id}`)
  if (pool === null) throw refused('authorization_failed')
  const queues = await resolveQueues(context, pool, body.work_queue_names)
  await adoptTemplate(context, pool, body.default_base_job_template)
  const { worker_name: name, heartbeat_interval_seconds } = body
  await writeBeats(tx, [{ work_pool_id: pool.id, name, heartbeat_interval_seconds, last_heartbeat_time: now }])
  if (pool.status === 'NOT_READY') await changeWorkPool(context, pool, {}, 'READY')
  const snapshot = await snapshotOf(tx, await selectWorkPool(tx, sql`id = ${pool.id}`))
  return ok({ work_pool: snapshot, work_queues: queues.map((queue) => ({ id: queue.id, name: queue.name })) })
}

/** The pool as its workers see it; null when it is gone. */
export async function readSnapshot({ tx }: Context, { params }: Request): Promise<Reply> {
  return ok(await snapshotOf(tx, await selectWorkPool(tx, sql`id = ${params.id ?? ''}`)))
}

async function snapshotOf(tx: Context['tx'], pool: WorkPoolRow | null): Promise<Record<string, unknown> | null> {
  if (pool === null) return null
  const slots = pool.concurrency_limit === null ? new Map() : await countPoolSlots(tx, [pool.id])
  return workPoolResponse(pool, slots.get(pool.id) ?? 0, {})
}

async function createPool(context: Context, hello: Hello): Promise<WorkPoolRow> {
  const { work_pool_name: name, worker_type: type, default_base_job_template: template } = hello
  if (!hello.create_pool_if_not_found || isReserved(name)) throw refused('authorization_failed')
  await checkTemplate(context, template)
  const fields = { description: null, is_paused: false, concurrency_limit: null, storage_configuration: noStorage() }
  const inserted = await insertWorkPool(context, { ...fields, name, type, base_job_template: template })
  const pool = inserted ?? (await selectWorkPool(context.tx, sql`name = ${name}`))
  if (pool === null) throw refused('transient_server_error')
  return pool
}

async function resolveQueues({ tx }: Context, pool: WorkPoolRow, names: readonly string[]): Promise<WorkQueueRow[]> {
  const queues = await selectWorkQueues(tx, sql`WHERE work_pool_id = ${pool.id} ORDER BY priority`)
  if (names.length === 0) return queues
  return [...new Set(names)].map((name) => {
    const queue = queues.find((candidate) => candidate.name === name)
    if (queue === undefined) throw refused('authorization_failed')
    return queue
  })
}

/** A pool without a template takes its worker's. */
async function adoptTemplate(context: Context, pool: WorkPoolRow, template: JsonObject): Promise<void> {
  if (Object.keys(pool.base_job_template).length > 0 || Object.keys(template).length === 0) return
  await checkTemplate(context, template)
  await changeWorkPool(context, pool, { base_job_template: template }, null)
  context.publish('work-pools', { work_pool_id: pool.id, reason: 'work_pool_updated', work_pool_deleted: false })
}

async function checkTemplate(context: Context, template: JsonObject): Promise<void> {
  const problem = await jobVariablesProblem(context, template, [], { ignoreRequired: true })
  if (problem !== null) throw httpError(422, `Validation failed for work pool's job variable defaults: ${problem}`)
  if (s.collect(JobTemplate, template, [], []) === s.invalid) throw refused('transient_server_error')
}
