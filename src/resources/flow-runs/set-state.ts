/** `POST /flow_runs/{id}/set_state`, grouped: one lock, one load, many pure decisions, one write. */
import { emptyFacts, type Facts, noNeeds, settle } from '../../orchestration/facts.ts'
import { flowRunNotFound, orchestrateFlowRun, requiredFactsForFlowRun, type SetFlowRunState } from '../../orchestration/orchestrate.ts'
import type { Writes } from '../../orchestration/writes.ts'
import type { Infer } from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { lockForChange } from '../../storage/locking.ts'
import { sql } from '../../storage/sql.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { objectNotFound } from '../errors.ts'
import type { Grouped, Member, Surroundings } from '../grouped.ts'
import type { Reply } from '../route.ts'
import { loadFacts, loadTaskRunFacts } from '../run-states/facts.ts'
import { circumstances, clientOf, proposedState } from '../run-states/orchestration.ts'
import { publishWrites } from '../run-states/publishing.ts'
import type { SetState } from '../run-states/schemas.ts'
import { applyWrites } from '../run-states/writes.ts'
import { type FlowRunRecord, selectFlowRuns } from './records.ts'
import { loadRelatives, type Relatives, relatedResources } from './related-resources.ts'
import { flowRunStateChangeEvent } from './state-change-event.ts'

type Body = Infer<typeof SetState>

/** The working copy of a group of transitions. */
export interface FlowRunTransitions {
  runs: Map<Uuid, FlowRunRecord>
  facts: Facts
  relatives: Relatives
  writes: Writes[]
}

export const setFlowRunState: Grouped<Body, FlowRunTransitions> = {
  async load(tx, members, { now }) {
    const wanted = members.map((member) => ({ id: idOf(member), request: (run: FlowRunRecord) => transitionOf(run, member) }))
    return await loadTransitions(tx, wanted, now)
  },

  decide(working, member, surroundings) {
    const run = working.runs.get(idOf(member))
    if (run === undefined) throw objectNotFound(flowRunNotFound(idOf(member)))
    return decideTransition(working, run, transitionOf(run, member), member, surroundings)
  },

  async write(tx, { writes }, { now }) {
    await applyWrites(tx, writes, now)
  },
}

const idOf = (member: Member<Body>): Uuid => member.request.params.id ?? ''

function transitionOf(run: FlowRunRecord, { request, now }: Member<Body>): SetFlowRunState {
  const { state, force } = request.body
  return { run, initial: run.state, proposed: proposedState(state, now), policy: 'CoreFlowPolicy', force, ...clientOf(request.headers) }
}

/** One transition by itself, within somebody's transaction. */
export async function transitionFlowRun(
  context: Context,
  id: Uuid,
  proposal: (run: FlowRunRecord) => Omit<SetFlowRunState, 'run' | 'initial'>,
): Promise<Reply> {
  const request = (run: FlowRunRecord): SetFlowRunState => ({ run, initial: run.state, ...proposal(run) })
  const working = await loadTransitions(context.tx, [{ id, request }], context.now)
  const run = working.runs.get(id)
  if (run === undefined) throw objectNotFound(flowRunNotFound(id))
  const reply = decideTransition(working, run, request(run), context, context)
  await applyWrites(context.tx, working.writes, context.now)
  return reply
}

interface WantedTransition {
  id: Uuid
  /** Null leaves the run as it is. */
  request(run: FlowRunRecord): SetFlowRunState | null
}

/** Locks the runs and loads what their transitions have to know. */
export async function loadTransitions(tx: Transaction, wanted: readonly WantedTransition[], now: Timestamp): Promise<FlowRunTransitions> {
  const chosen = sql.isIn(
    sql`flow_run.id`,
    wanted.map(({ id }) => id),
    'uuid',
  )
  const [, rows] = await Promise.all([lockForChange(tx, 'flow_run', chosen), selectFlowRuns(tx, sql`WHERE ${chosen}`)])
  const runs = new Map(rows.map((run) => [run.id, run]))
  const requests = wanted.flatMap(({ id, request }) => {
    const run = runs.get(id)
    return (run && request(run)) ?? []
  })
  const facts = await loadFlowRunFacts(tx, requests, now)
  return { runs, facts, relatives: await loadRelatives(tx, rows), writes: [] }
}

/** In two steps: a parent task run brings needs of its own. */
export async function loadFlowRunFacts(tx: Transaction, requests: readonly SetFlowRunState[], now: Timestamp): Promise<Facts> {
  const needs = noNeeds()
  for (const request of requests) requiredFactsForFlowRun(request, needs, emptyFacts())
  const facts = await loadTaskRunFacts(tx, needs)
  for (const request of requests) requiredFactsForFlowRun(request, needs, facts)
  return await loadFacts(tx, needs, facts, now)
}

/** Decides one transition against the working copy, takes it over, and announces it. */
export function decideTransition(
  working: FlowRunTransitions,
  run: FlowRunRecord,
  request: SetFlowRunState,
  { now, emit, publish }: Pick<Member<unknown>, 'now' | 'emit' | 'publish'>,
  { settings }: Pick<Surroundings, 'settings'>,
): Reply {
  const outcome = orchestrateFlowRun(request, circumstances(working.facts, now, settings))
  settle(working.facts, outcome.writes)
  working.writes.push(outcome.writes)
  Object.assign(run, outcome.run, { state: outcome.state })
  if (outcome.announced !== null) {
    const { initial, validated } = outcome.announced
    emit(flowRunStateChangeEvent(run, initial, validated, relatedResources(run, working.relatives), validated.timestamp))
  }
  publishWrites(outcome.writes, publish)
  const { state, status, details } = outcome
  const isNew = state !== null && !state.timestamp.isBefore(now)
  return { status: isNew ? 201 : 200, body: { state, status, details } }
}
