/** Rules about when a run may start, and what its states hand on until then. */
import type { FlowRun, TaskRun } from '../run.ts'
import { anyState, only } from '../states.ts'
import type { Rule } from '../transition.ts'

/** A run that is submitted early still knows when it was meant to start. */
export const CopyScheduledTime: Rule = {
  name: 'CopyScheduledTime',
  from: only('SCHEDULED'),
  to: only('PENDING'),
  before(initial, proposed) {
    proposed.state_details.scheduled_time ??= initial?.state_details.scheduled_time ?? null
  },
}

/** A background task's worker finds its parameters by this id, through every state before the task runs. */
export const CopyTaskParametersID: Rule<TaskRun> = {
  name: 'CopyTaskParametersID',
  from: only('SCHEDULED', 'PENDING'),
  to: only('PENDING', 'RUNNING'),
  before(initial, proposed) {
    proposed.state_details.task_parameters_id ??= initial?.state_details.task_parameters_id ?? null
  },
}

/** No run starts before its time, by the server's clock: the client waits. */
export const WaitForScheduledTime: Rule = {
  name: 'WaitForScheduledTime',
  from: only('SCHEDULED', 'PENDING'),
  to: only('RUNNING'),
  before(initial, _proposed, transition) {
    const scheduled = initial?.state_details.scheduled_time
    if (!scheduled) return
    // To the nearest second, a half down.
    const delay = Math.ceil(scheduled.secondsSince(transition.now) - 0.5)
    if (delay > 0) transition.wait(delay, 'Scheduled time is in the future')
  },
}

/** Late is a name for scheduled runs that did not start; once is enough. */
export const EnsureOnlyScheduledFlowsMarkedLate: Rule<FlowRun> = {
  name: 'EnsureOnlyScheduledFlowsMarkedLate',
  from: anyState,
  to: only('SCHEDULED'),
  before(initial, proposed, transition) {
    if (initial === null || proposed.name !== 'Late') return
    if (initial.type !== 'SCHEDULED') transition.reject(null, 'Only scheduled flows can be marked late.')
    else if (initial.name === 'Late') transition.reject(null, 'This flow run is already marked late.')
  },
}

/** Hands a background task run to the task workers. */
export const EnqueueScheduledTasks: Rule<TaskRun> = {
  name: 'EnqueueScheduledTasks',
  from: anyState,
  to: only('SCHEDULED'),
  after(_initial, validated, { run, writes }) {
    if (!validated?.state_details.deferred) return
    const queue = validated.name === 'AwaitingRetry' ? 'retry' : 'scheduled'
    writes.scheduledTaskRuns.push({ task_run_id: run.id, state_id: validated.id, task_key: run.task_key, queue })
  },
}
