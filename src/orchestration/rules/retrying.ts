/** Rules about runs that failed and run again. */
import type { FlowRun, TaskRun } from '../run.ts'
import { changedFlowRunPolicy, flowRunPolicy, taskRunPolicy } from '../run-policy.ts'
import { AwaitingRetry, anyState, only } from '../states.ts'
import { type Rule, secondsFrom } from '../transition.ts'
import { knowsPauses, restartsTasksItself } from '../versions.ts'
import { clampedPoissonInterval } from '../waiting.ts'

/** A failed flow run with retries left is to try again in the same process. */
export const RetryFailedFlows: Rule<FlowRun> = {
  name: 'RetryFailedFlows',
  from: only('RUNNING'),
  to: only('FAILED'),
  needs({ run, apiVersion }, needs) {
    if (!restartsTasksItself(apiVersion ?? null)) needs.failedTaskRunsOf.add(run.id)
  },
  before(initial, proposed, transition) {
    if (initial === null) return
    const { run, facts, apiVersion } = transition
    const { retries, retry_delay: delay } = flowRunPolicy(run.empirical_policy)
    if (retries === null || run.run_count > retries) {
      // The run may still be retried later, by rescheduling it.
      run.empirical_policy = changedFlowRunPolicy(run.empirical_policy, { retry_type: null })
      return
    }
    const at = secondsFrom(transition.now, delay ?? 0)
    if (!restartsTasksItself(apiVersion)) {
      for (const taskRun of facts.failedTaskRuns.get(run.id) ?? []) {
        transition.followUps.push({ taskRun, state: AwaitingRetry(at), changes: { run_count: 0 } })
      }
    }
    if (knowsPauses(apiVersion)) {
      run.empirical_policy = changedFlowRunPolicy(run.empirical_policy, { resuming: false, pause_keys: [], retry_type: 'in_process' })
    }
    const { message, data } = proposed
    // The process goes on renewing the lease of its slot until it runs again.
    const { deployment_concurrency_lease_id } = initial.state_details
    transition.reject(AwaitingRetry(at, { message, data, state_details: { deployment_concurrency_lease_id } }), 'Retrying')
  },
}

/** A failed task run with retries left is to try again, unless its own condition says that this is pointless. */
export const RetryFailedTasks: Rule<TaskRun> = {
  name: 'RetryFailedTasks',
  from: only('RUNNING'),
  to: only('FAILED'),
  before(_initial, proposed, transition) {
    const { run, now, entropy } = transition
    const { retries, retry_delay: delay, retry_jitter_factor: jitter } = taskRunPolicy(run.empirical_policy)
    if (proposed.state_details.retriable === false || retries === null || run.run_count > retries) return
    const base = (typeof delay === 'number' ? delay : delay?.at(Math.min(run.run_count - 1, delay.length - 1))) ?? 0
    const seconds = jitter && base > 0 ? clampedPoissonInterval(base, entropy.random(), jitter) : base
    const { message, data } = proposed
    transition.reject(AwaitingRetry(secondsFrom(now, seconds), { message, data }), 'Retrying')
  },
}

/** Shows in the name that a run does not run for the first time. */
export const RenameReruns: Rule = {
  name: 'RenameReruns',
  from: anyState,
  to: only('RUNNING'),
  before(initial, _proposed, transition) {
    if (initial !== null && transition.run.run_count > 0) transition.rename(initial.name === 'AwaitingRetry' ? 'Retrying' : 'Rerunning')
  },
}
