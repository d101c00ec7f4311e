import type { Infer } from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto, updateTable } from '../../storage/statements.ts'
import { uuid7 } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { httpError } from '../errors.ts'
import { created, type Reply, type Request } from '../route.ts'
import { workQueueEvent } from '../work-queues/events.ts'
import { newWorkQueue } from '../work-queues/queries.ts'
import { workPoolCreatedEvent, workPoolStatusEvent } from './events.ts'
import { jobVariablesProblem } from './job-variables.ts'
import type { WorkPoolRow } from './queries.ts'
import { workPoolResponse } from './response.ts'
import type { WorkPoolCreate } from './schemas.ts'

/** Creates a work pool with its default queue; names are unique, and those with `prefect` in front are nobody's. */
export async function createWorkPool(context: Context, { body, headers }: Request<Infer<typeof WorkPoolCreate>>): Promise<Reply> {
  if (isReserved(body.name)) throw httpError(403, "Work pools starting with 'Prefect' are reserved for internal use.")
  const problem = await jobVariablesProblem(context, body.base_job_template, [], { ignoreRequired: true })
  if (problem !== null) throw httpError(422, `Validation failed for work pool's job variable defaults: ${problem}`)
  const pool = await insertWorkPool(context, body)
  if (pool === null) throw httpError(409, 'A work pool with this name already exists.')
  context.emit(workPoolStatusEvent(pool, pool.status, null, context.now))
  return created(workPoolResponse(pool, 0, headers))
}

export const isReserved = (name: string): boolean => name.toLowerCase().startsWith('prefect')

/** The new work pool; null when there is one of this name. */
export async function insertWorkPool(context: Context, fields: Infer<typeof WorkPoolCreate>): Promise<WorkPoolRow | null> {
  const { tx, now } = context
  const row: WorkPoolRow = {
    ...fields,
    id: uuid7(),
    created: now,
    updated: now,
    storage_configuration: { ...fields.storage_configuration },
    status: fields.is_paused && fields.type !== 'prefect-agent' ? 'PAUSED' : 'NOT_READY',
    default_queue_id: null,
    last_transitioned_status_at: null,
    last_status_event_id: null,
  }
  if ((await tx.execute(insertInto('work_pool', { ...row }, { onConflict: 'nothing' }))) === 0) return null
  const queue = newWorkQueue({ work_pool_id: row.id, name: 'default', description: "The work pool's default queue.", priority: 1 }, now)
  await tx.execute(insertInto('work_queue', { ...queue }))
  await tx.execute(updateTable('work_pool', { default_queue_id: queue.id, updated: now }, sql`id = ${row.id}`))
  context.emit(workQueueEvent('created', queue, row, now))
  const pool = { ...row, default_queue_id: queue.id }
  context.emit(workPoolCreatedEvent(pool, now))
  return pool
}
