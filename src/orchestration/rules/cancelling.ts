/** Rules about runs that are being cancelled. */
import type { FlowRun } from '../run.ts'
import { anyStateBut, Cancelled, only } from '../states.ts'
import type { Rule } from '../transition.ts'

/** A flow run that is being cancelled ends as cancelled, whatever its process reports meanwhile. */
export const EnforceCancellingToCancelledTransition: Rule = {
  name: 'EnforceCancellingToCancelledTransition',
  from: only('CANCELLING'),
  to: anyStateBut('CANCELLED'),
  before(_initial, _proposed, transition) {
    transition.reject(null, 'Cannot transition flows that are cancelling to a state other than Cancelled.')
  },
}

/** CANCELLING waits for a worker to end the infrastructure; a run that has none would wait forever. */
export const BypassCancellingFlowRunsWithNoInfra: Rule<FlowRun> = {
  name: 'BypassCancellingFlowRunsWithNoInfra',
  from: only('SCHEDULED', 'PAUSED'),
  to: only('CANCELLING'),
  before(initial, _proposed, transition) {
    if (initial === null) return
    if ((initial.type === 'SCHEDULED' && !transition.run.infrastructure_pid) || initial.name === 'Resuming') {
      transition.reject(Cancelled(), 'Scheduled flow run has no infrastructure to terminate.')
    } else if (initial.type === 'PAUSED' && initial.state_details.pause_reschedule) {
      transition.reject(Cancelled(), 'Suspended flow run has no infrastructure to terminate.')
    }
  },
}
