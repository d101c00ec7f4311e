/** Rules that guard runs which have ended. */
import { isJsonObject, type Json } from '../../values/json.ts'
import type { FlowRun, TaskRun } from '../run.ts'
import { changedFlowRunPolicy } from '../run-policy.ts'
import { anyState, isTerminal, only, type State, terminalStates } from '../states.ts'
import type { Rule } from '../transition.ts'
import { knowsPauses } from '../versions.ts'

const pointlessOnceEnded = only('CANCELLING', 'PAUSED', 'CRASHED')

const isPersistedResult = (data: Json): boolean => isJsonObject(data) && data['type'] !== 'unpersisted'
const isEmpty = (data: Json): boolean => isJsonObject(data) && Object.keys(data).length === 0
const completedWithResult = (state: State): boolean => state.type === 'COMPLETED' && !isEmpty(state.data) && isPersistedResult(state.data)

const losesResult = (initial: State, proposed: State): boolean =>
  completedWithResult(initial) && proposed.type === 'COMPLETED' && !isPersistedResult(proposed.data)
const resultWouldBeLost = 'Cannot overwrite a COMPLETED state that carries persisted result data with one that does not.'

/**
 * A flow run that has ended is run again only when that makes sense: not over a result that is kept, and rescheduled only
 * when a deployment tells how. Its pauses are forgotten, so that they can happen again.
 */
export const HandleFlowTerminalStateTransitions: Rule<FlowRun> = {
  name: 'HandleFlowTerminalStateTransitions',
  from: terminalStates,
  to: anyState,
  before(initial, proposed, transition) {
    if (initial === null) return
    const { run } = transition
    if (pointlessOnceEnded.has(proposed.type)) return transition.abort(`Run is already in terminal state ${initial.type}.`)
    if (completedWithResult(initial) && !isTerminal(proposed)) return transition.reject(null, 'Run is already COMPLETED.')
    if (losesResult(initial, proposed)) return transition.reject(null, resultWouldBeLost)
    if (proposed.type === 'SCHEDULED' && run.deployment_id === null) {
      return transition.abort('Cannot reschedule a run without an associated deployment.')
    }
    if (!isTerminal(proposed) && knowsPauses(transition.apiVersion)) {
      run.empirical_policy = changedFlowRunPolicy(run.empirical_policy, {
        resuming: false,
        pause_keys: [],
        retry_type: proposed.type === 'SCHEDULED' ? 'reschedule' : null,
      })
    }
  },
  cleanup(transition) {
    transition.run.empirical_policy = transition.loaded.empirical_policy
  },
}

/** Not even by force is the result of a completed run lost. */
export const PreventResultDataLoss: Rule<FlowRun> = {
  name: 'PreventResultDataLoss',
  from: terminalStates,
  to: terminalStates,
  before(initial, proposed, transition) {
    if (initial !== null && losesResult(initial, proposed)) transition.reject(null, resultWouldBeLost)
  },
}

/**
 * A task run that has ended is run again only when its result is not kept. It then has all its retries again, and is
 * called "Retrying" when it is the flow that is being retried.
 */
export const HandleTaskTerminalStateTransitions: Rule<TaskRun> = {
  name: 'HandleTaskTerminalStateTransitions',
  from: terminalStates,
  to: anyState,
  needs({ run, proposed }, needs) {
    if (proposed.type === 'RUNNING' && run.flow_run_id !== null) needs.flowRuns.add(run.flow_run_id)
  },
  before(initial, proposed, transition) {
    if (initial === null) return
    const { run, facts } = transition
    if (pointlessOnceEnded.has(proposed.type)) return transition.abort(`Run is already ${initial.type}.`)
    if (completedWithResult(initial)) return transition.reject(null, 'This run is already completed.')
    if (!isTerminal(proposed)) run.run_count = 0
    if (proposed.type === 'RUNNING' && run.flow_run_id !== null) {
      const flowRun = facts.flowRuns.get(run.flow_run_id)
      if (flowRun && run.flow_run_run_count < flowRun.run_count) transition.rename('Retrying')
    }
  },
  cleanup(transition) {
    transition.run.run_count = transition.loaded.run_count
  },
}
