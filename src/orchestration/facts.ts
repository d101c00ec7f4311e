/**
 * What rules must know beyond the run itself, and how to find out beforehand.
 *
 * For a group: `requiredFactsForFlowRun` or `…ForTaskRun` of every request into one `Needs`; load `taskRuns` and
 * `failedTaskRunsOf` and ask again with what came (a parent task run has tags, and so limits, of its own); load the rest;
 * `requiredLimits` tells which rows of concurrency_limit_v2 the loaded deployments and leases point to. A key that was
 * asked for and is not in the facts means that there is no such row.
 */
import type { Timestamp } from '../values/timestamp.ts'
import type { Uuid } from '../values/uuid.ts'
import type { TaskRun } from './run.ts'
import { Slots } from './slots.ts'
import type { State } from './states.ts'
import type { Writes } from './writes.ts'

export interface Deployment {
  id: Uuid
  concurrency_limit_id: Uuid | null
  concurrency_options: ConcurrencyOptions | null
}

export interface ConcurrencyOptions {
  collision_strategy: 'ENQUEUE' | 'CANCEL_NEW'
  grace_period_seconds?: number | null
}

/** The flow run that a task run belongs to. */
export interface EnclosingFlowRun {
  id: Uuid
  run_count: number
  state: State | null
}

export interface TaskRunInState {
  run: TaskRun
  state: State | null
}

/** The working copy of a group. Transitions never change it; `settle` does, between them. */
export interface Facts {
  /** By id. */
  deployments: Map<Uuid, Deployment>
  /** By id. */
  flowRuns: Map<Uuid, EnclosingFlowRun>
  /** By id: parent task runs of subflows, and failed task runs. */
  taskRuns: Map<Uuid, TaskRunInState>
  /** Flow run id → its FAILED task runs, as keys of `taskRuns`. */
  failedTaskRuns: Map<Uuid, Uuid[]>
  /** Cache key → the state that its latest unexpired row of task_run_state_cache points to. */
  cachedStates: Map<string, State>
  /** Flow run id → canonical texts of its states' timestamps, from the asked instant on. */
  stateTimestamps: Map<Uuid, Set<string>>
  slots: Slots
}

/** Keys of the facts to load, for a whole group. */
export interface Needs {
  deployments: Set<Uuid>
  flowRuns: Set<Uuid>
  taskRuns: Set<Uuid>
  failedTaskRunsOf: Set<Uuid>
  cacheKeys: Set<string>
  /** Flow run id → the earliest timestamp of interest. */
  stateTimestamps: Map<Uuid, Timestamp>
  /** Rows of concurrency_limit by tag, and of concurrency_limit_v2 by the name `tag:…`. */
  tags: Set<string>
  /** Rows of server_lease by id. */
  leases: Set<Uuid>
  /** Rows of server_lease by the id of their holder. */
  leaseHolders: Set<Uuid>
}

export const emptyFacts = (): Facts => ({
  deployments: new Map(),
  flowRuns: new Map(),
  taskRuns: new Map(),
  failedTaskRuns: new Map(),
  cachedStates: new Map(),
  stateTimestamps: new Map(),
  slots: new Slots(),
})

export const noNeeds = (): Needs => ({
  deployments: new Set(),
  flowRuns: new Set(),
  taskRuns: new Set(),
  failedTaskRunsOf: new Set(),
  cacheKeys: new Set(),
  stateTimestamps: new Map(),
  tags: new Set(),
  leases: new Set(),
  leaseHolders: new Set(),
})

/** Rows of concurrency_limit_v2 to load and lock: by name, and by id. */
export function requiredLimits(needs: Needs, facts: Facts): { names: string[]; ids: Uuid[] } {
  const ofDeployments = [...facts.deployments.values()].flatMap((deployment) => deployment.concurrency_limit_id ?? [])
  const ofLeases = [...facts.slots.leases.values()].flatMap((lease) => lease.resource_ids)
  return { names: [...needs.tags].map((tag) => `tag:${tag}`), ids: [...new Set([...ofDeployments, ...ofLeases])] }
}

/** Takes a decision's writes over into the working copy, for the requests of the group that come after. */
export function settle(facts: Facts, writes: Writes): void {
  facts.slots.settle(writes)
  for (const { id, changes } of writes.taskRuns) {
    const known = facts.taskRuns.get(id)
    if (known) facts.taskRuns.set(id, { ...known, run: { ...known.run, ...changes } })
  }
  for (const { task_run_id: id, state } of writes.taskRunStates) {
    const known = facts.taskRuns.get(id)
    if (known) facts.taskRuns.set(id, { ...known, state })
  }
  for (const { id, changes } of writes.flowRuns) {
    const known = facts.flowRuns.get(id)
    if (known) facts.flowRuns.set(id, { ...known, run_count: changes.run_count ?? known.run_count })
  }
  for (const { flow_run_id: id, state } of writes.flowRunStates) {
    const known = facts.flowRuns.get(id)
    if (known) facts.flowRuns.set(id, { ...known, state })
    facts.stateTimestamps.set(id, new Set([...(facts.stateTimestamps.get(id) ?? []), state.timestamp.text]))
  }
}
