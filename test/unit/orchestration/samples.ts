/** Runs, states and circumstances for the tests. */
import { emptyFacts, type Facts } from '../../../src/orchestration/facts.ts'
import type { FlowRun, Run, TaskRun } from '../../../src/orchestration/run.ts'
import type { ConcurrencyLimit } from '../../../src/orchestration/slots.ts'
import { newState, type State, type StateFields, type StateType, stamp } from '../../../src/orchestration/states.ts'
import type { Circumstances, Entropy, OrchestrationSettings } from '../../../src/orchestration/transition.ts'
import { Duration } from '../../../src/values/duration.ts'
import { Timestamp } from '../../../src/values/timestamp.ts'

export const now = Timestamp.fromCanonical('2030-01-01T00:00:00.000000Z')
export const at = (seconds: number): Timestamp => now.addSeconds(seconds)

const run: Run = {
  id: 'run',
  name: 'run',
  state_id: null,
  state_type: null,
  state_name: null,
  state_timestamp: null,
  run_count: 0,
  expected_start_time: null,
  next_scheduled_start_time: null,
  start_time: null,
  end_time: null,
  total_run_time: Duration.zero,
  empirical_policy: {},
}

export const flowRun = (columns: Partial<FlowRun> = {}): FlowRun => ({
  ...run,
  deployment_id: null,
  parent_task_run_id: null,
  infrastructure_pid: null,
  ...columns,
})

export const taskRun = (columns: Partial<TaskRun> = {}): TaskRun => ({
  ...run,
  flow_run_id: null,
  task_key: 't',
  tags: [],
  flow_run_run_count: 0,
  ...columns,
})

export const state = (type: StateType, fields: StateFields = {}, timestamp: Timestamp = now, id = 'state'): State =>
  stamp(newState(type, fields), id, timestamp)

export const limit = (columns: Partial<ConcurrencyLimit> = {}): ConcurrencyLimit => ({
  id: 'limit',
  name: 'limit',
  active: true,
  limit: 1,
  active_slots: 0,
  denied_slots: 0,
  slot_decay_per_second: 0,
  avg_slot_occupancy_seconds: 2,
  updated: now,
  ...columns,
})

export const settings: OrchestrationSettings = {
  maxCacheKeyLength: 8,
  tagConcurrencySlotWaitSeconds: 10,
  maximumConcurrencySlotWaitSeconds: 30,
  initialDeploymentLeaseDuration: 300,
  deploymentConcurrencySlotWaitSeconds: 30,
}

/** New ids are new-1, new-2, …; chance is always in the middle. */
export function counting(): Entropy {
  let count = 0
  return { uuid: () => `new-${++count}`, random: () => 0.5 }
}

export const circumstances = (facts: Facts = emptyFacts()): Circumstances => ({ facts, now, settings, entropy: counting() })
