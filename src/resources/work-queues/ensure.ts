/** Queues that are named rather than known: found, or made on the spot. */
import * as s from '../../schema/index.ts'
import { Name } from '../../schema/prefect.ts'
import { sql } from '../../storage/sql.ts'
import type { Context } from '../context.ts'
import { invalidRequest } from '../errors.ts'
import { requiredWorkPool } from '../work-pools/handlers.ts'
import type { WorkPoolRow } from '../work-pools/queries.ts'
import { insertDefaultPool, insertWorkQueue, readDefaultPool } from './create.ts'
import { requiredPoolQueue } from './handlers.ts'
import { selectWorkQueue, type WorkQueueRow } from './queries.ts'

/** The queue of this name in the pool of this name; 404 when there is no such pool. */
export async function ensurePoolQueue(context: Context, poolName: string, name: string): Promise<WorkQueueRow> {
  const pool = await requiredWorkPool(context.tx, poolName)
  return await ensureQueue(context, pool, name, null)
}

/** The old way: a queue of this name in the default pool, or in any as long as that does not exist; both are made if need be. */
export async function ensureWorkQueue(context: Context, name: string): Promise<WorkQueueRow> {
  const { tx } = context
  const known = await readDefaultPool(context)
  const found = known === null ? await selectWorkQueue(tx, sql`name = ${name}`) : null
  if (found !== null) return found
  const pool = known ?? (await insertDefaultPool(context))
  const first = name === 'default' ? await selectWorkQueue(tx, sql`id = ${pool.default_queue_id}`) : null
  return first ?? (await ensureQueue(context, pool, name, 1))
}

async function ensureQueue(context: Context, pool: WorkPoolRow, name: string, priority: number | null): Promise<WorkQueueRow> {
  const theirs = sql`work_pool_id = ${pool.id} AND name = ${name}`
  const found = await selectWorkQueue(context.tx, theirs)
  if (found !== null) return found
  refuseBannedName(name)
  const fields = { name, description: '', is_paused: false, concurrency_limit: null, filter: null, priority }
  // Somebody else may have made it in the meantime.
  return (await insertWorkQueue(context, pool, fields)) ?? (await requiredPoolQueue(context.tx, pool, name))
}

function refuseBannedName(name: string): void {
  const issues: s.ValidationIssue[] = []
  if (s.collect(Name, name, ['work_queue_name'], issues) === s.invalid) throw invalidRequest(issues, { work_queue_name: name })
}
