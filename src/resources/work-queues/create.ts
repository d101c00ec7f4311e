import type { Infer } from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto, updateRows } from '../../storage/statements.ts'
import type { Context } from '../context.ts'
import { httpError } from '../errors.ts'
import { created, type Reply, type Request } from '../route.ts'
import { insertWorkPool } from '../work-pools/create.ts'
import { requiredWorkPool } from '../work-pools/handlers.ts'
import { noStorage } from '../work-pools/parts.ts'
import { lockWorkPool, selectWorkPool, type WorkPoolRow } from '../work-pools/queries.ts'
import { workQueueEvent } from './events.ts'
import { freePriority, type Ranked, rearranged } from './priorities.ts'
import { newWorkQueue, selectWorkQueue, selectWorkQueues, type WorkQueueRow } from './queries.ts'
import { workQueueResponse } from './response.ts'
import type { WorkQueueCreate } from './schemas.ts'

/** The pool of queues that name none. */
export const defaultPoolName = 'default-agent-pool'

/** The message is the reference's, braces and all. */
const takenInPool = 'A work queue with this name already exists in work pool {work_pool_name!r}.'

/** Creates a queue in a pool; names are unique within it. */
export async function createPoolQueue(context: Context, { params, body }: Request<Infer<typeof WorkQueueCreate>>): Promise<Reply> {
  const pool = await requiredWorkPool(context.tx, params.work_pool_name)
  const queue = await insertWorkQueue(context, pool, body)
  if (queue === null) throw httpError(409, takenInPool)
  return created(workQueueResponse(queue, pool.name, 0))
}

/** The old way: creates a queue in the default pool, and that, too, if need be. */
export async function createWorkQueue(context: Context, { body }: Request<Infer<typeof WorkQueueCreate>>): Promise<Reply> {
  const { tx } = context
  const known = await readDefaultPool(context)
  const pool = known ?? (await insertDefaultPool(context))
  // The pool came with the queue that is asked for.
  const first = known === null && body.name === 'default' ? await selectWorkQueue(tx, sql`id = ${pool.default_queue_id}`) : null
  const queue = first ?? (await insertWorkQueue(context, pool, body))
  if (queue === null) throw httpError(409, 'A work queue with this name already exists.')
  return created(workQueueResponse(queue, pool.name, 0))
}

export async function readDefaultPool({ tx }: Pick<Context, 'tx'>): Promise<WorkPoolRow | null> {
  return await selectWorkPool(tx, sql`work_pool.name = ${defaultPoolName}`)
}

/** The default pool, new or made by somebody else at the same time. */
export async function insertDefaultPool(context: Context): Promise<WorkPoolRow> {
  const fields = { description: null, base_job_template: {}, is_paused: false, concurrency_limit: null }
  const storage_configuration = noStorage()
  const inserted = await insertWorkPool(context, { name: defaultPoolName, type: 'prefect-agent', ...fields, storage_configuration })
  return inserted ?? (await requiredWorkPool(context.tx, defaultPoolName))
}

/** The new queue; null when the pool has one of this name. */
export async function insertWorkQueue(
  context: Context,
  pool: WorkPoolRow,
  { description, ...fields }: Infer<typeof WorkQueueCreate>,
): Promise<WorkQueueRow | null> {
  const { tx, now } = context
  await lockWorkPool(tx, pool.id)
  const others = await selectWorkQueues(tx, sql`WHERE work_pool_id = ${pool.id} ORDER BY updated`)
  const priority = fields.priority ?? freePriority(others.map((other) => other.priority))
  const queue = newWorkQueue({ ...fields, description: description ?? '', priority, work_pool_id: pool.id }, now)
  if ((await tx.execute(insertInto('work_queue', { ...queue }, { onConflict: 'nothing' }))) === 0) return null
  const moved = fields.priority === null ? [] : await movePriorities(context, [...others, queue], queue)
  context.emit(workQueueEvent('created', queue, pool, now))
  return { ...queue, priority: moved.find(({ id }) => id === queue.id)?.priority ?? queue.priority }
}

/** Writes the priorities that change when a queue takes its place, or has left; the pool is locked. */
export async function movePriorities({ tx, now }: Context, queues: readonly Ranked[], moved: Ranked | null): Promise<Ranked[]> {
  const changed = rearranged(queues, moved)
  if (changed.length > 0)
    await tx.execute(
      updateRows(
        'work_queue',
        changed.map(({ id, priority }) => ({ id, priority, updated: now })),
      ),
    )
  return changed
}
