/** Where a deployment's runs are to run: pools and queues by their names, and job variables that fit the pool's template. */
import type { JsonObject } from '../../values/json.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { httpError } from '../errors.ts'
import { requiredWorkPool } from '../work-pools/handlers.ts'
import { jobVariablesProblem } from '../work-pools/job-variables.ts'
import { defaultPoolName } from '../work-queues/create.ts'
import { ensurePoolQueue, ensureWorkQueue } from '../work-queues/ensure.ts'

export interface PlacementNames {
  work_pool_name: string | null
  work_queue_name: string | null
}

/** The queue that the names mean, which is made if need be; undefined when they name nothing. */
export async function workQueueOf(
  context: Context,
  { work_pool_name: pool, work_queue_name: queue }: PlacementNames,
): Promise<Uuid | null | undefined> {
  if (pool && queue) return (await ensurePoolQueue(context, pool, queue)).id
  if (pool) return (await requiredWorkPool(context.tx, pool)).default_queue_id
  if (queue) return (await ensureWorkQueue(context, queue)).id
  return undefined
}

/** Refuses a new deployment whose pool does not exist, or does not take its job variables. */
export async function refuseJobVariables(
  context: Context,
  { work_pool_name: name, job_variables: variables }: { work_pool_name: string | null; job_variables: JsonObject },
): Promise<void> {
  if (!name || name === defaultPoolName) return
  const pool = await requiredWorkPool(context.tx, name)
  if (Object.keys(variables).length === 0) return
  const options = { ignoreRequired: true, ignoreInvalidDefaults: true }
  const problem = await jobVariablesProblem(context, pool.base_job_template, [variables], options)
  if (problem !== null) throw httpError(422, `Error creating deployment: ${problem}`)
}
