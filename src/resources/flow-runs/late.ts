/** Runs that did not start in time become late. */
import { Late } from '../../orchestration/states.ts'
import type { Infer } from '../../schema/index.ts'
import { unindexed } from '../../storage/hints.ts'
import { sql } from '../../storage/sql.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Context } from '../context.ts'
import type { Ids } from '../filtering/id-pages.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { type DatePosition, datePage } from './date-pages.ts'
import { transitionFlowRuns } from './service-transitions.ts'

const pageSize = 400

export async function findLateRuns(context: Context, { body }: Request<Infer<typeof DatePosition>>): Promise<Reply> {
  const chosen = sql`${unindexed(sql`state_type`)} = 'SCHEDULED' AND ${unindexed(sql`state_name`)} = 'Scheduled'
    AND next_scheduled_start_time <= ${dueBefore(context)}`
  return ok(await datePage(context.tx, 'next_scheduled_start_time', chosen, body, pageSize))
}

export async function markRunsLate(context: Context, { body }: Request<Infer<typeof Ids>>): Promise<Reply> {
  const due = dueBefore(context)
  const late = await transitionFlowRuns(context, body.ids, ({ state_type, state_name, next_scheduled_start_time: start }) => {
    if (state_type !== 'SCHEDULED' || state_name !== 'Scheduled' || start === null || start.isAfter(due)) return null
    return { state: Late(start), policy: 'MarkLateRunsPolicy' }
  })
  return ok({ late: late.length })
}

function dueBefore({ now, settings }: Context): Timestamp {
  return now.addSeconds(-settings.get('PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS').seconds)
}
