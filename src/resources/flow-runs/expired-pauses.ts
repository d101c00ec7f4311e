/** Paused runs that were not resumed in time fail. */
import { Failed, type State } from '../../orchestration/states.ts'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Context } from '../context.ts'
import { afterId, type Ids } from '../filtering/id-pages.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { selectFlowRuns } from './records.ts'
import { transitionFlowRuns } from './service-transitions.ts'

export const FindPauses = s.parameters(afterId)
const pageSize = 200

/** The timeout is inside the state's details, in any spelling of a date: it is read here rather than compared there. */
export async function findExpiredPauses({ tx, now }: Context, { body }: Request<Infer<typeof FindPauses>>): Promise<Reply> {
  const later = body.after === null ? sql.empty : sql` AND flow_run.id > ${body.after}`
  const paused = await selectFlowRuns(tx, sql`WHERE flow_run.state_type = 'PAUSED'${later} ORDER BY flow_run.id LIMIT ${pageSize}`)
  const last = paused.at(-1)
  const ids = paused.filter(({ state }) => isExpired(state, now)).map(({ id }) => id)
  return ok({ ids, next: last === undefined || paused.length < pageSize ? null : { after: last.id } })
}

export async function failExpiredPauses(context: Context, { body }: Request<Infer<typeof Ids>>): Promise<Reply> {
  const failed = await transitionFlowRuns(context, body.ids, ({ state }) => {
    if (!isExpired(state, context.now)) return null
    return { state: Failed({ message: 'The flow was paused and never resumed.' }), policy: null, force: true }
  })
  return ok({ failed: failed.length })
}

function isExpired(state: State | null, now: Timestamp): boolean {
  return state?.type === 'PAUSED' && state.state_details.pause_timeout?.isBefore(now) === true
}
