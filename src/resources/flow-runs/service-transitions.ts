/** Transitions that services make: of many runs at once, each by itself. Nobody asked for them, so no client is to be minded. */
import type { SetFlowRunState } from '../../orchestration/orchestrate.ts'
import type { FlowPolicyName } from '../../orchestration/policies.ts'
import { type NewState, stamp } from '../../orchestration/states.ts'
import { type Uuid, uuid7 } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { applyWrites } from '../run-states/writes.ts'
import type { FlowRunRecord } from './records.ts'
import { decideTransition, loadTransitions } from './set-state.ts'

export interface Proposal {
  state: NewState
  policy: FlowPolicyName | null
  force?: boolean
}

/**
 * Proposes a state to each run, with its row locked: `propose` looks at the run as it is now, which need not be as it was
 * found, and may leave it alone. Gives the runs that are in the state which was proposed to them.
 */
export async function transitionFlowRuns(
  context: Context,
  ids: readonly Uuid[],
  propose: (run: FlowRunRecord) => Proposal | null,
): Promise<FlowRunRecord[]> {
  const { tx, now } = context
  const requests = new Map<Uuid, SetFlowRunState | null>()
  const request = (run: FlowRunRecord): SetFlowRunState | null => {
    let known = requests.get(run.id)
    if (known === undefined) {
      known = requestOf(run, propose(run), context)
      requests.set(run.id, known)
    }
    return known
  }
  const working = await loadTransitions(
    tx,
    ids.map((id) => ({ id, request })),
    now,
  )
  const changed: FlowRunRecord[] = []
  for (const run of working.runs.values()) {
    const wanted = request(run)
    if (wanted === null) continue
    decideTransition(working, run, wanted, context, context)
    if (run.state_id === wanted.proposed?.id) changed.push(run)
  }
  await applyWrites(tx, working.writes, now)
  return changed
}

function requestOf(run: FlowRunRecord, proposal: Proposal | null, { now }: Context): SetFlowRunState | null {
  if (proposal === null) return null
  const { state, policy, force = false } = proposal
  return { run, initial: run.state, proposed: stamp(state, uuid7(), now), policy, force, apiVersion: null, clientVersion: null }
}
