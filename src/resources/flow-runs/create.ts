/** `POST /flow_runs/`, grouped: the parents of all runs in a statement each, all runs and states in one insert each. */
import { Pending } from '../../orchestration/states.ts'
import type { Infer } from '../../schema/index.ts'
import { uuid7 } from '../../values/uuid.ts'
import { ApiError } from '../errors.ts'
import type { Grouped, Member } from '../grouped.ts'
import { createdBy } from '../provenance.ts'
import { created, ok } from '../route.ts'
import { clientOf, proposedState } from '../run-states/orchestration.ts'
import {
  draftRecord,
  type FlowRunDraft,
  loadForNewFlowRuns,
  makeFlowRun,
  type NewFlowRuns,
  storedJobVariables,
  writeNewFlowRuns,
} from './new-flow-runs.ts'
import { loadPlacements, type Placement, type Placements, placementOf } from './placement.ts'
import { flowRunResponse, newFlowRun } from './records.ts'
import type { FlowRunCreate } from './schemas.ts'

type Body = Infer<typeof FlowRunCreate>

interface Working extends NewFlowRuns {
  /** What became of each request's names: a draft, or the refusal. */
  drafts: Map<Member<Body>, FlowRunDraft | ApiError>
}

export const createFlowRun: Grouped<Body, Working> = {
  async load(tx, members, { now }) {
    const placements = await loadPlacements(
      tx,
      members.map((member) => member.request.body),
    )
    const drafts = new Map(members.map((member) => [member, draftOrRefusal(member, placements)]))
    const good = [...drafts.values()].filter((draft): draft is FlowRunDraft => !(draft instanceof ApiError))
    return { ...(await loadForNewFlowRuns(tx, good, now)), drafts }
  },

  decide(working, member, surroundings) {
    const draft = working.drafts.get(member)
    if (draft === undefined) throw new RangeError('a member of the group was not loaded')
    if (draft instanceof ApiError) throw draft
    const { run, isNew } = makeFlowRun(working, draft, member, surroundings)
    const body = flowRunResponse(run, member.now)
    return isNew ? created(body) : ok(body)
  },

  async write(tx, working, { now }) {
    await writeNewFlowRuns(tx, working, now)
  },
}

function draftOrRefusal(member: Member<Body>, placements: Placements): FlowRunDraft | ApiError {
  try {
    return draftOf(member, placementOf(member.request.body, placements))
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
}

function draftOf({ request, now }: Member<Body>, placement: Placement | null): FlowRunDraft {
  const { state, work_pool_name: _pool, work_queue_name, ...fields } = request.body
  const columns = {
    ...newFlowRun,
    ...fields,
    id: uuid7(),
    created: now,
    updated: now,
    job_variables: storedJobVariables(fields),
    work_queue_name,
    work_queue_id: placement?.queue_id ?? null,
    created_by: createdBy(request.headers),
  }
  return {
    run: draftRecord(columns, placement),
    state: proposedState(state ?? Pending(), now),
    client: clientOf(request.headers),
  }
}
