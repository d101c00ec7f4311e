/** Subflows of cancelled flow runs are cancelled; those that run elsewhere are asked to stop. */
import { Cancelled, Cancelling, isTerminal } from '../../orchestration/states.ts'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import type { Context } from '../context.ts'
import { afterId, type Ids, idPage } from '../filtering/id-pages.ts'
import { ok, type Reply, type Request } from '../route.ts'
import type { FlowRunRecord } from './records.ts'
import { type Proposal, transitionFlowRuns } from './service-transitions.ts'

export const FindSubflows = s.parameters(afterId)
const pageSize = 200
const message = 'The parent flow run was cancelled.'

export async function findSubflowsToCancel({ tx }: Context, { body }: Request<Infer<typeof FindSubflows>>): Promise<Reply> {
  const chosen = sql`flow_run.state_type IN ('PENDING', 'SCHEDULED', 'RUNNING', 'PAUSED', 'CANCELLING')
    AND NOT (flow_run.state_type = 'CANCELLING' AND flow_run.deployment_id IS NOT NULL)
    AND (parent.state_type = 'CANCELLED' OR parent.state_type IS NULL)`
  const from = sql`flow_run JOIN task_run ON task_run.id = flow_run.parent_task_run_id JOIN flow_run AS parent ON parent.id = task_run.flow_run_id`
  return ok(await idPage(tx, 'flow_run', chosen, body.after, pageSize, from))
}

export async function cancelSubflows(context: Context, { body }: Request<Infer<typeof Ids>>): Promise<Reply> {
  const cancelled = await transitionFlowRuns(context, body.ids, proposal)
  return ok({ cancelled: cancelled.length })
}

function proposal({ state, deployment_id }: FlowRunRecord): Proposal | null {
  if (state === null || isTerminal(state)) return null
  if (deployment_id === null) return { state: Cancelled({ message }), policy: null }
  return state.type === 'CANCELLING' ? null : { state: Cancelling({ message }), policy: null }
}
