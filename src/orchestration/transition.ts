/** A transition while rules govern it, and what a rule is. */
import type { Timestamp } from '../values/timestamp.ts'
import type { Uuid } from '../values/uuid.ts'
import { uuid7 } from '../values/uuid.ts'
import type { Facts, Needs } from './facts.ts'
import type { Run, RunChanges } from './run.ts'
import { SlotsDraft, type SlotWaits } from './slots.ts'
import { type NewState, type State, type StateSet, stamp } from './states.ts'
import { noWrites, type ResultArtifact, type Writes } from './writes.ts'

/** What somebody asks for. */
export interface StateRequest<R extends Run = Run> {
  run: R
  /** The run's present state with its data (the result artifact's, or the row's own). */
  initial: State | null
  proposed: State
  /** X-PREFECT-API-VERSION, when it was sent. */
  apiVersion?: string | null
  /** The client's version, when its User-Agent told it. */
  clientVersion?: string | null
}

export interface OrchestrationSettings extends SlotWaits {
  /** PREFECT_SERVER_TASKS_MAX_CACHE_KEY_LENGTH */
  maxCacheKeyLength: number
  /** PREFECT_SERVER_CONCURRENCY_INITIAL_DEPLOYMENT_LEASE_DURATION */
  initialDeploymentLeaseDuration: number
  /** PREFECT_SERVER_DEPLOYMENTS_CONCURRENCY_SLOT_WAIT_SECONDS */
  deploymentConcurrencySlotWaitSeconds: number
}

/** Where ids and chance come from; with a deterministic one a decision is a function of its input. */
export interface Entropy {
  uuid(): Uuid
  /** In [0, 1). */
  random(): number
}

export const systemEntropy: Entropy = { uuid: uuid7, random: Math.random }

export interface Circumstances {
  facts: Facts
  now: Timestamp
  settings: OrchestrationSettings
  entropy: Entropy
}

export type SetStateStatus = 'ACCEPT' | 'REJECT' | 'ABORT' | 'WAIT'

export type StateResponseDetails =
  | { type: 'accept_details' }
  | { type: 'reject_details'; reason: string }
  | { type: 'abort_details'; reason: string }
  | { type: 'wait_details'; delay_seconds: number; reason: string }

/**
 * A piece of orchestration. `before` may change the verdict, the proposed state's details and the run; `after` sees what
 * was validated; `cleanup` reverts what `before` did when a later rule has turned the transition into another one.
 */
export interface Rule<R extends Run = Run> {
  /** The reference's name. */
  readonly name: string
  readonly from: StateSet
  readonly to: StateSet
  /** A universal transform: runs on every transition that is not nullified, whatever it was turned into. */
  readonly transform?: true
  /** Adds the keys of the facts that the rule may look up. */
  needs?(request: StateRequest<R>, needs: Needs): void
  before?(initial: State | null, proposed: State, transition: Transition<R>): void
  after?(initial: State | null, validated: State | null, transition: Transition<R>): void
  cleanup?(transition: Transition<R>): void
}

/** A flow run itself, or a task run and its flow run. */
export type Owner = Pick<ResultArtifact, 'flow_run_id' | 'task_run_id'>

export class Transition<R extends Run = Run> {
  readonly initial: State | null
  /** What the rules have made of the request so far; null once the transition is nullified. */
  proposed: State | null
  status: SetStateStatus = 'ACCEPT'
  details: StateResponseDetails = { type: 'accept_details' }
  /** The run before the transition. */
  readonly loaded: Readonly<R>
  /** The run as the transition leaves it. */
  readonly run: R
  /** Whom its states and results belong to. */
  readonly owner: Owner
  readonly apiVersion: string | null
  readonly clientVersion: string | null
  readonly facts: Facts
  readonly now: Timestamp
  readonly settings: OrchestrationSettings
  readonly entropy: Entropy
  readonly slots: SlotsDraft
  readonly writes: Writes = noWrites()
  /** States that task runs get by force in the wake of this transition. */
  readonly followUps: { taskRun: Uuid; state: NewState; changes?: RunChanges }[] = []
  /** The change of state that a flow run event tells of. */
  announced: { initial: State | null; validated: State } | null = null

  constructor(request: StateRequest<R>, owner: Owner, circumstances: Circumstances, slots?: SlotsDraft) {
    const { facts, now, settings, entropy } = circumstances
    this.initial = request.initial && detached(request.initial)
    this.proposed = detached(request.proposed)
    this.loaded = request.run
    this.run = { ...request.run }
    this.owner = owner
    this.apiVersion = request.apiVersion ?? null
    this.clientVersion = request.clientVersion ?? null
    this.facts = facts
    this.now = now
    this.settings = settings
    this.entropy = entropy
    this.slots = slots ?? new SlotsDraft(facts.slots, now, settings)
  }

  /** The run gets another state than the one it asked for, or keeps the one it has (null). */
  reject(state: NewState | null, reason: string): void {
    this.proposed = state && stamp(state, this.entropy.uuid(), this.now)
    this.status = 'REJECT'
    this.details = { type: 'reject_details', reason }
  }

  /** Nothing happens now; the client asks again in so many seconds. */
  wait(delay_seconds: number, reason: string): void {
    this.proposed = null
    this.status = 'WAIT'
    this.details = { type: 'wait_details', delay_seconds, reason }
  }

  /** Nothing happens, and the client gives up. */
  abort(reason: string): void {
    this.proposed = null
    this.status = 'ABORT'
    this.details = { type: 'abort_details', reason }
  }

  /** The name tells people how the run is doing; no rule depends on it. */
  rename(name: string): void {
    if (this.proposed) this.proposed.name = name
  }
}

function detached(state: State): State {
  return { ...state, state_details: { ...state.state_details } }
}

const latest = 253_402_300_799

/** The instant so many seconds from now; no later than the end of the year 9999. */
export function secondsFrom(now: Timestamp, seconds: number): Timestamp {
  return now.addSeconds(Math.min(seconds, latest - now.microseconds / 1_000_000))
}
