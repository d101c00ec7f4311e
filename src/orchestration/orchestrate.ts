/**
 * The state machine.
 *
 * A client proposes a state for a run; the server decides which state the run gets. The decision is a function from
 * values to values: the run, its present and its proposed state, and the facts (`facts.ts`), to an answer and to what is
 * to be written (`writes.ts`). It reads no clock and no database, and changes nothing that it was given.
 *
 * A policy (`policies.ts`) is a list of rules (`rules/`). For a transition those rules are taken whose `from` and `to`
 * hold its two state types. They nest like the skins of an onion, the global policy innermost, around the one step that
 * makes the proposed state the run's state (`govern.ts`). On the way in each rule's `before` may
 *   - accept, adding to the proposed state's details or to the run (a draft until all is decided),
 *   - reject: propose another state instead, or none, so that the run keeps the state it has,
 *   - wait: the client asks again later, or abort: the client gives up. Neither writes anything.
 * Rules after that take part only while the transition still has the type that was asked for. Transforms, mostly
 * bookkeeping, take part whatever the state became, as long as there is one. On the way out, in reverse order, a rule's
 * `after` sees the validated state; but a rule whose transition a later rule has changed has fizzled, and cleans up.
 *
 * Concurrency slots are taken from a draft over the group's working copy (`slots.ts`): of two requests in a group that
 * want the last slot the second one sees that it is gone, and a decision that comes to nothing takes nothing.
 * A subflow's parent task run follows its state by force: a transition of its own, whose writes belong to the same result.
 *
 * The caller, for a group: `requiredFactsFor…Run` of every request → load; then for each request `orchestrate…Run` →
 * `settle(facts, outcome.writes)`, and `outcome.run` and `outcome.state` are what a later request for the same run starts
 * from; at the end all writes.
 */
import { emptyFacts, type Facts, type Needs } from './facts.ts'
import { govern, type Validated } from './govern.ts'
import {
  type FlowPolicyName,
  flowPolicies,
  globalFlowPolicy,
  globalTaskPolicy,
  rulesFor,
  type TaskPolicyName,
  taskPolicies,
} from './policies.ts'
import { changesBetween, type FlowRun, type Run, type RunChanges, type TaskRun } from './run.ts'
import type { SlotsDraft } from './slots.ts'
import { type State, stamp, typeOf } from './states.ts'
import {
  type Circumstances,
  type Rule,
  type SetStateStatus,
  type StateRequest,
  type StateResponseDetails,
  Transition,
} from './transition.ts'
import { appendWrites, type Writes } from './writes.ts'

export interface SetFlowRunState extends StateRequest<FlowRun> {
  /** CoreFlowPolicy for clients; null, like `force`, leaves the minimal policy. */
  policy: FlowPolicyName | null
  force?: boolean
}

export interface SetTaskRunState extends StateRequest<TaskRun> {
  /** CoreTaskPolicy for clients. Deferred states are governed by BackgroundTaskPolicy, even by force. */
  policy: TaskPolicyName | null
  force?: boolean
}

/** What the client is told. */
export interface OrchestrationResult {
  state: State | null
  status: SetStateStatus
  details: StateResponseDetails
}

export interface Outcome<R extends Run> extends OrchestrationResult {
  /** The run as it is now. */
  run: R
  writes: Writes
}

export interface FlowRunOutcome extends Outcome<FlowRun> {
  /** What the event of this transition tells; null when the run keeps its state. */
  announced: { initial: State | null; validated: State } | null
}

export const flowRunNotFound = (id: string): string => `Flow run with id ${id} not found`
export const taskRunNotFound = (id: string): string => `Task run with id ${id} not found`

/** Decides which state a flow run gets. */
export function orchestrateFlowRun(request: SetFlowRunState, circumstances: Circumstances): FlowRunOutcome {
  const { id } = request.run
  const transition = new Transition(request, { flow_run_id: id, task_run_id: null }, circumstances)
  const validated = govern(transition, flowRules(request))
  const { writes, slots, announced } = transition
  record(transition, validated, writes.flowRuns)
  if (validated) writes.flowRunStates.push({ flow_run_id: id, ...rowOf(validated) })
  for (const { taskRun, state, changes } of transition.followUps) {
    const known = circumstances.facts.taskRuns.get(taskRun)
    if (known === undefined) continue
    const proposed = stamp(state, circumstances.entropy.uuid(), circumstances.now)
    const follower = decideTaskRun({ ...known, initial: known.state, proposed, policy: null }, circumstances, slots, changes)
    appendWrites(writes, follower.transition.writes)
  }
  Object.assign(writes, slots.changes())
  return { ...answer(transition, validated), run: transition.run, writes, announced }
}

/** Decides which state a task run gets. */
export function orchestrateTaskRun(request: SetTaskRunState, circumstances: Circumstances): Outcome<TaskRun> {
  const { transition, validated } = decideTaskRun(request, circumstances)
  const { run, writes, slots } = transition
  Object.assign(writes, slots.changes())
  return { ...answer(transition, validated), run, writes }
}

/** Adds to `needs` what a flow run's transition looks up. */
export function requiredFactsForFlowRun(request: SetFlowRunState, needs: Needs, known: Facts = emptyFacts()): void {
  for (const rule of flowRules(request)) rule.needs?.(request, needs)
  const { run, proposed } = request
  const followers = [...(known.failedTaskRuns.get(run.id) ?? []), ...(run.parent_task_run_id === null ? [] : [run.parent_task_run_id])]
  for (const id of followers) {
    const follower = known.taskRuns.get(id)
    // They follow into the proposed state or, when a rule replaces it, into one that needs no more than that.
    if (follower) requiredFactsForTaskRun({ ...follower, initial: follower.state, proposed, policy: null }, needs)
  }
}

/** Adds to `needs` what a task run's transition looks up. */
export function requiredFactsForTaskRun(request: SetTaskRunState, needs: Needs): void {
  for (const rule of taskRules(request)) rule.needs?.(request, needs)
}

function flowRules({ policy, force, initial, proposed }: SetFlowRunState): Rule<FlowRun>[] {
  const name = force || policy === null ? 'MinimalFlowPolicy' : policy
  return [...rulesFor(flowPolicies[name], typeOf(initial), proposed.type), ...globalFlowPolicy]
}

function taskRules({ policy, force, initial, proposed }: SetTaskRunState): Rule<TaskRun>[] {
  const minimal = force || policy === null ? 'MinimalTaskPolicy' : policy
  const name = proposed.state_details.deferred ? 'BackgroundTaskPolicy' : minimal
  return [...rulesFor(taskPolicies[name], typeOf(initial), proposed.type), ...globalTaskPolicy]
}

function decideTaskRun(request: SetTaskRunState, circumstances: Circumstances, slots?: SlotsDraft, changes?: RunChanges) {
  const { id, flow_run_id } = request.run
  const transition = new Transition(request, { flow_run_id, task_run_id: id }, circumstances, slots)
  const validated = govern(transition, taskRules(request))
  Object.assign(transition.run, changes)
  record(transition, validated, transition.writes.taskRuns)
  if (validated) transition.writes.taskRunStates.push({ task_run_id: id, ...rowOf(validated) })
  return { transition, validated }
}

function record(transition: Transition, validated: Validated | null, runs: Writes['flowRuns']): void {
  const changes = changesBetween(transition.loaded, transition.run)
  if (Object.keys(changes).length > 0) runs.push({ id: transition.run.id, changes })
  if (validated?.artifact) transition.writes.artifacts.push(validated.artifact)
}

const rowOf = ({ state, artifact }: Validated) => ({ state, result_artifact_id: artifact?.id ?? null })

function answer({ initial, status, details }: Transition, validated: Validated | null): OrchestrationResult {
  return { state: validated?.state ?? initial, status, details }
}
