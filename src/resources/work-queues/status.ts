import { sql } from '../../storage/sql.ts'
import type { Context } from '../context.ts'
import { objectNotFound } from '../errors.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { selectWorkQueue } from './queries.ts'

/** A queue with late runs, or that nobody has polled for so long, is not healthy. */
const policy = { maximum_late_runs: 0, maximum_seconds_since_last_polled: 60 }

export async function readWorkQueueStatus({ tx, now }: Context, { params }: Request): Promise<Reply> {
  const { id = '' } = params
  const queue = await selectWorkQueue(tx, sql`id = ${id}`)
  if (queue === null) throw objectNotFound(`Work queue with id ${id} not found`)
  const [row] = await tx.query<{ count: number }>(
    sql`SELECT count(*) AS count FROM flow_run WHERE work_queue_id = ${id} AND state_name = 'Late'`,
  )
  const late = row?.count ?? 0
  const { last_polled } = queue
  const isPolled = last_polled !== null && now.secondsSince(last_polled) <= policy.maximum_seconds_since_last_polled
  const healthy = late <= policy.maximum_late_runs && isPolled
  return ok({ healthy, late_runs_count: late, last_polled, health_check_policy: policy })
}
