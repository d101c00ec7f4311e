/** Runs that are cancelling for too long are cancelled, and a worker is asked to tear down what they left. */
import { Cancelled } from '../../orchestration/states.ts'
import type { Infer } from '../../schema/index.ts'
import { unindexed } from '../../storage/hints.ts'
import { sql } from '../../storage/sql.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { type Uuid, urlNamespace, uuid5 } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import type { Ids } from '../filtering/id-pages.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { type CleanupKind, enqueueCleanup } from '../worker-cleanup/messages.ts'
import { type DatePosition, datePage } from './date-pages.ts'
import type { FlowRunRecord } from './records.ts'
import { transitionFlowRuns } from './service-transitions.ts'

const pageSize = 200
const kind: CleanupKind = 'cancelling_timeout_teardown.v1'
/** Nobody polls pools of these types. */
const withoutWorkers = [':push', ':managed']

export async function findCancellingTimeouts(context: Context, { body }: Request<Infer<typeof DatePosition>>): Promise<Reply> {
  const chosen = sql`state_type = 'CANCELLING' AND ${unindexed(sql`state_timestamp`)} <= ${overdueSince(context)}`
  return ok(await datePage(context.tx, 'state_timestamp', chosen, body, pageSize))
}

export async function endCancelling(context: Context, { body }: Request<Infer<typeof Ids>>): Promise<Reply> {
  const overdue = overdueSince(context)
  const message = 'Flow run cancellation timed out; marked this flow run as Cancelled.'
  const ended = await transitionFlowRuns(context, body.ids, ({ state_type, state_timestamp }) => {
    if (state_type !== 'CANCELLING' || state_timestamp === null || state_timestamp.isAfter(overdue)) return null
    return { state: Cancelled({ message }), policy: 'CoreFlowPolicy' }
  })
  await askForTeardown(context, ended)
  return ok({ ended: ended.length })
}

function overdueSince({ now, settings }: Context): Timestamp {
  return now.addSeconds(-settings.get('PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_CANCELLING_TIMEOUT_SECONDS'))
}

async function askForTeardown(context: Context, runs: readonly FlowRunRecord[]): Promise<void> {
  const pools = new Set(runs.flatMap((run) => run.pool_id ?? []))
  if (pools.size === 0) return
  const rows = await context.tx.query<{ id: Uuid; type: string }>(
    sql`SELECT id, type FROM work_pool WHERE ${sql.isIn(sql`id`, [...pools], 'uuid')}`,
  )
  const served = new Set(rows.filter(({ type }) => !withoutWorkers.some((suffix) => type.endsWith(suffix))).map(({ id }) => id))
  for (const { id, state_id, pool_id, work_queue_id, infrastructure_pid } of runs) {
    if (pool_id === null || !served.has(pool_id)) continue
    const key = `${kind}:${id}:${state_id}`
    await enqueueCleanup(context, {
      id: uuid5(urlNamespace, `prefect:${key}`),
      idempotency_key: key,
      work_pool_id: pool_id,
      work_queue_id,
      kind,
      target: { flow_run_id: id, infrastructure_pid },
    })
  }
}
