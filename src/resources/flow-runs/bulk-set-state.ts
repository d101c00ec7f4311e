/** `POST /flow_runs/bulk_set_state`: one transition after the other, each as if it had been asked for alone. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import type { Context } from '../context.ts'
import { bulkLimitField } from '../filtering/bulk.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { clientOf, proposedState } from '../run-states/orchestration.ts'
import { StateCreate } from '../run-states/schemas.ts'
import { FlowRunFilter } from './filter.ts'
import { selectFlowRuns } from './records.ts'
import { transitionFlowRun } from './set-state.ts'

export const FlowRunsBulkSetState = s.parameters({
  flow_runs: s.optional(s.nullable(FlowRunFilter.schema), null),
  state: StateCreate,
  force: s.optional(s.boolean(), false),
  limit: bulkLimitField,
})

export async function bulkSetFlowRunState(
  context: Context,
  { body, headers }: Request<Infer<typeof FlowRunsBulkSetState>>,
): Promise<Reply> {
  const where = FlowRunFilter.where(body.flow_runs)
  const runs = await selectFlowRuns(context.tx, sql`WHERE ${where} ORDER BY flow_run.id DESC LIMIT ${body.limit}`)
  const results = []
  for (const { id } of runs) {
    const reply = await transitionFlowRun(context, id, () => ({
      proposed: proposedState(body.state, context.now),
      policy: 'CoreFlowPolicy',
      force: body.force,
      ...clientOf(headers),
    }))
    results.push({ flow_run_id: id, ...Object(reply.body) })
  }
  return ok({ results })
}
