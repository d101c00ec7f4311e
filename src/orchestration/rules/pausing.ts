/** Rules about flow runs that pause (the process waits) or suspend (the process ends). */
import type { FlowRun } from '../run.ts'
import { changedFlowRunPolicy, flowRunPolicy } from '../run-policy.ts'
import { anyState, Failed, only } from '../states.ts'
import type { Rule } from '../transition.ts'

const verbFor = (name: string): string => (name === 'Suspended' ? 'suspend' : 'pause')

/** Only a running flow can pause, each pause only once, and only one that can be rescheduled may end its process. */
export const HandlePausingFlows: Rule<FlowRun> = {
  name: 'HandlePausingFlows',
  from: anyState,
  to: only('PAUSED'),
  before(initial, proposed, transition) {
    const { run } = transition
    const { pause_key: key, pause_reschedule: ends } = proposed.state_details
    const verb = verbFor(proposed.name)
    if (initial === null) return transition.abort(`Cannot ${verb} flows with no state.`)
    if (initial.type !== 'RUNNING') return transition.reject(null, `Cannot ${verb} flows that are not currently running.`)
    if (key !== null && flowRunPolicy(run.empirical_policy).pause_keys.includes(key)) {
      return transition.reject(null, `This ${verb} has already fired.`)
    }
    if (!ends) return
    if (run.parent_task_run_id !== null) return transition.abort(`Cannot ${verb} subflows.`)
    if (run.deployment_id === null) transition.abort(`Cannot ${verb} flows without a deployment.`)
  },
  after(_initial, validated, { run, entropy }) {
    const key = validated?.state_details.pause_key ?? entropy.uuid()
    const known = flowRunPolicy(run.empirical_policy).pause_keys
    run.empirical_policy = changedFlowRunPolicy(run.empirical_policy, { pause_keys: [...known, key] })
  },
}

const leadsOutOfPause = only('RUNNING', 'SCHEDULED', 'CANCELLING', 'COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED')

/** A pause that nobody resumed in time has failed; a suspended run needs a deployment that starts it again. */
export const HandleResumingPausedFlows: Rule<FlowRun> = {
  name: 'HandleResumingPausedFlows',
  from: only('PAUSED'),
  to: anyState,
  before(initial, proposed, transition) {
    if (initial === null) return
    if (!leadsOutOfPause.has(proposed.type)) {
      // The reference prints its enumeration's members here.
      const [to, from] = [`StateType.${proposed.type}`, `StateType.${initial.type}`]
      return transition.reject(null, `This run cannot transition to the ${to} state from the ${from} state.`)
    }
    const name = proposed.name.toLowerCase()
    const { pause_reschedule: ended, pause_timeout: timeout } = initial.state_details
    if (ended && transition.run.deployment_id === null) {
      return transition.reject(null, `Cannot reschedule a ${name} flow run without a deployment.`)
    }
    // A waiting process can still be cancelled after its pause ran out.
    if (proposed.type === 'CANCELLING') return
    if (timeout?.isBefore(transition.now)) {
      const failed = Failed({ message: `The flow was ${name} and never resumed.` })
      transition.reject(failed, `The flow run ${verbFor(proposed.name)} has timed out and can no longer resume.`)
    }
  },
  after(_initial, _validated, { run }) {
    run.empirical_policy = changedFlowRunPolicy(run.empirical_policy, { resuming: true })
  },
}
