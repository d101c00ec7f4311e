/** Rules against the same thing being done twice. */
import type { FlowRun } from '../run.ts'
import { anyState, only } from '../states.ts'
import type { Rule } from '../transition.ts'

/** A client that lost the answer and repeats its transition gets the state it has made already, not a second one. */
export const PreventDuplicateTransitions: Rule<FlowRun> = {
  name: 'PreventDuplicateTransitions',
  from: anyState,
  to: anyState,
  before(initial, proposed, transition) {
    const id = proposed.state_details.transition_id
    if (id !== null && initial?.state_details.transition_id === id) {
      transition.reject(null, 'This run has already made this state transition.')
    }
  },
}

/**
 * Two workers must not both submit a run: the second one proposes PENDING for a run that already is, and is sent away.
 * Progress inside PENDING (Submitting, InfrastructurePending) shows in another name, and keeps what the first state held.
 */
export const PreventPendingTransitions: Rule = {
  name: 'PreventPendingTransitions',
  from: only('PENDING', 'CANCELLING', 'RUNNING', 'CANCELLED'),
  to: only('PENDING'),
  before(initial, proposed, transition) {
    if (initial === null) return
    if (initial.type === 'PENDING' && proposed.name !== initial.name && proposed.name !== 'Pending') {
      proposed.state_details.scheduled_time = initial.state_details.scheduled_time
      proposed.state_details.deployment_concurrency_lease_id = initial.state_details.deployment_concurrency_lease_id
      return
    }
    transition.abort(`This run is in a ${initial.type} state and cannot transition to a PENDING state.`)
  },
}
