/** `POST /task_runs/{id}/set_state`, grouped as for flow runs. Task runs have no state-change event of the server's own. */
import { emptyFacts, type Facts, noNeeds, settle } from '../../orchestration/facts.ts'
import { orchestrateTaskRun, requiredFactsForTaskRun, type SetTaskRunState, taskRunNotFound } from '../../orchestration/orchestrate.ts'
import type { Writes } from '../../orchestration/writes.ts'
import type { Infer } from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { lockForChange } from '../../storage/locking.ts'
import { sql } from '../../storage/sql.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import { objectNotFound } from '../errors.ts'
import type { Grouped, Member, Surroundings } from '../grouped.ts'
import type { Reply } from '../route.ts'
import { loadFacts, loadTaskRunFacts } from '../run-states/facts.ts'
import { circumstances, clientOf, proposedState } from '../run-states/orchestration.ts'
import { publishWrites } from '../run-states/publishing.ts'
import type { SetState } from '../run-states/schemas.ts'
import { applyWrites } from '../run-states/writes.ts'
import { selectTaskRuns, type TaskRunRecord } from './records.ts'

type Body = Infer<typeof SetState>

/** The working copy of a group of transitions. */
export interface TaskRunTransitions {
  runs: Map<Uuid, TaskRunRecord>
  facts: Facts
  writes: Writes[]
}

export const setTaskRunState: Grouped<Body, TaskRunTransitions> = {
  async load(tx, members, { now }) {
    const chosen = sql.isIn(sql`task_run.id`, members.map(idOf), 'uuid')
    const [, rows] = await Promise.all([lockForChange(tx, 'task_run', chosen), selectTaskRuns(tx, sql`WHERE ${chosen}`)])
    const runs = new Map(rows.map((run) => [run.id, run]))
    const requests = members.flatMap((member) => {
      const run = runs.get(idOf(member))
      return run === undefined ? [] : [transitionOf(run, member)]
    })
    return { runs, facts: await loadTaskTransitionFacts(tx, requests, now), writes: [] }
  },

  decide(working, member, surroundings) {
    const run = working.runs.get(idOf(member))
    if (run === undefined) throw objectNotFound(taskRunNotFound(idOf(member)))
    return decideTransition(working, run, transitionOf(run, member), member, surroundings)
  },

  async write(tx, { writes }, { now }) {
    await applyWrites(tx, writes, now)
  },
}

const idOf = (member: Member<Body>): Uuid => member.request.params.id ?? ''

function transitionOf(run: TaskRunRecord, { request, now }: Member<Body>): SetTaskRunState {
  const { state, force } = request.body
  return { run, initial: run.state, proposed: proposedState(state, now), policy: 'CoreTaskPolicy', force, ...clientOf(request.headers) }
}

/** What these transitions of task runs have to know. */
export async function loadTaskTransitionFacts(tx: Transaction, requests: readonly SetTaskRunState[], now: Timestamp): Promise<Facts> {
  const needs = noNeeds()
  for (const request of requests) requiredFactsForTaskRun(request, needs)
  return await loadFacts(tx, needs, await loadTaskRunFacts(tx, needs, emptyFacts()), now)
}

/** Decides one transition against the working copy and takes it over. */
export function decideTransition(
  working: Pick<TaskRunTransitions, 'facts' | 'writes'>,
  run: TaskRunRecord,
  request: SetTaskRunState,
  { now, publish }: Pick<Member<unknown>, 'now' | 'publish'>,
  { settings }: Pick<Surroundings, 'settings'>,
): Reply {
  const outcome = orchestrateTaskRun(request, circumstances(working.facts, now, settings))
  settle(working.facts, outcome.writes)
  working.writes.push(outcome.writes)
  Object.assign(run, outcome.run, { state: outcome.state })
  publishWrites(outcome.writes, publish)
  const { state, status, details } = outcome
  const isNew = state !== null && !state.timestamp.isBefore(now)
  return { status: isNew ? 201 : 200, body: { state, status, details } }
}
