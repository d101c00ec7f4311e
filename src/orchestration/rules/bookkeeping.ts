/** What is written down about a run on every transition that gives it a state. */
import { Duration } from '../../values/duration.ts'
import type { FlowRun, Run, TaskRun } from '../run.ts'
import { changedFlowRunPolicy, flowRunPolicy } from '../run-policy.ts'
import { anyState, isTerminal } from '../states.ts'
import type { Rule } from '../transition.ts'
import { knowsPauses } from '../versions.ts'

/** A transform that writes into the run or the state. */
function noting<R extends Run>(name: string, before: NonNullable<Rule<R>['before']>): Rule<R> {
  return { name, from: anyState, to: anyState, transform: true, before }
}

/** States of a flow run never share a timestamp: later ones move on to the next free microsecond. */
export const EnsureFlowRunStateTimestampIsUnique: Rule<FlowRun> = {
  ...noting<FlowRun>('EnsureFlowRunStateTimestampIsUnique', (_initial, proposed, { run, facts }) => {
    const taken = facts.stateTimestamps.get(run.id)
    while (taken?.has(proposed.timestamp.text)) proposed.timestamp = proposed.timestamp.addMicroseconds(1)
  }),
  needs({ run, proposed }, needs) {
    const known = needs.stateTimestamps.get(run.id)
    // A state that a rule makes is from now, which is not before the proposed one was made.
    if (!known?.isBefore(proposed.timestamp)) needs.stateTimestamps.set(run.id, proposed.timestamp)
  },
}

export const SetRunStateType = noting('SetRunStateType', (_initial, proposed, { run }) => {
  run.state_type = proposed.type
})

export const SetRunStateName = noting('SetRunStateName', (_initial, proposed, { run }) => {
  run.state_name = proposed.name
})

export const SetRunStateTimestamp = noting('SetRunStateTimestamp', (_initial, proposed, { run }) => {
  run.state_timestamp = proposed.timestamp
})

/** A run starts when it first runs. */
export const SetStartTime = noting('SetStartTime', (_initial, proposed, { run }) => {
  if (proposed.type === 'RUNNING') run.start_time ??= proposed.timestamp
})

/** A run that ends has also started, however briefly; one that is brought back has not ended. */
export const SetEndTime = noting('SetEndTime', (initial, proposed, { run }) => {
  if (isTerminal(proposed)) {
    if (run.end_time === null) run.start_time ??= proposed.timestamp
    run.end_time ??= proposed.timestamp
  } else if (initial !== null && isTerminal(initial)) {
    run.end_time = null
  }
})

export const IncrementRunTime = noting('IncrementRunTime', (initial, proposed, { run }) => {
  if (initial?.type !== 'RUNNING') return
  const spent = Duration.fromMicroseconds(proposed.timestamp.microseconds - initial.timestamp.microseconds)
  run.total_run_time = run.total_run_time.add(spent)
})

/** A run whose first state does not say when it should start should have started then. */
export const SetExpectedStartTime = noting('SetExpectedStartTime', (_initial, proposed, { run }) => {
  run.expected_start_time ??= proposed.type === 'SCHEDULED' ? proposed.state_details.scheduled_time : proposed.timestamp
})

export const SetNextScheduledStartTime = noting('SetNextScheduledStartTime', (initial, proposed, { run }) => {
  if (initial?.type === 'SCHEDULED') run.next_scheduled_start_time = null
  if (proposed.type === 'SCHEDULED') run.next_scheduled_start_time = proposed.state_details.scheduled_time
})

/** A state knows whose it is. */
export const UpdateStateDetails = noting('UpdateStateDetails', (_initial, proposed, { owner }) => {
  proposed.state_details.flow_run_id = owner.flow_run_id
  if (owner.task_run_id !== null) proposed.state_details.task_run_id = owner.task_run_id
})

/** A subflow's state also knows the task run that stands for it in the parent flow. */
export const UpdateSubflowStateDetails = noting<FlowRun>('UpdateSubflowStateDetails', (_initial, proposed, { run }) => {
  if (run.parent_task_run_id !== null) proposed.state_details.task_run_id = run.parent_task_run_id
})

/** The task run that stands for a subflow is always in the subflow's state. */
export const UpdateSubflowParentTask: Rule<FlowRun> = {
  name: 'UpdateSubflowParentTask',
  from: anyState,
  to: anyState,
  transform: true,
  needs({ run }, needs) {
    if (run.parent_task_run_id !== null) needs.taskRuns.add(run.parent_task_run_id)
  },
  after(_initial, validated, { run, followUps }) {
    if (run.parent_task_run_id === null || validated === null) return
    const state_details = { ...validated.state_details, child_flow_run_id: run.id }
    followUps.push({ taskRun: run.parent_task_run_id, state: { ...validated, state_details } })
  },
}

/** Counts attempts; going on after a pause is not another one. */
export const IncrementFlowRunCount = noting<FlowRun>('IncrementFlowRunCount', (_initial, proposed, { run, apiVersion }) => {
  if (proposed.type !== 'RUNNING') return
  const resuming = knowsPauses(apiVersion) && flowRunPolicy(run.empirical_policy).resuming
  if (!resuming) run.run_count += 1
})

/** A run that runs or has ended is not resuming any more. */
export const RemoveResumingIndicator = noting<FlowRun>('RemoveResumingIndicator', (_initial, proposed, { run, apiVersion }) => {
  if (!knowsPauses(apiVersion) || (proposed.type !== 'RUNNING' && !isTerminal(proposed))) return
  if (flowRunPolicy(run.empirical_policy).resuming) {
    run.empirical_policy = changedFlowRunPolicy(run.empirical_policy, { resuming: false })
  }
})

export const IncrementTaskRunCount = noting<TaskRun>('IncrementTaskRunCount', (_initial, proposed, { run }) => {
  if (proposed.type === 'RUNNING') run.run_count += 1
})

/** Lets the world know: the change of state becomes an event. */
export const InstrumentFlowRunStateTransitions: Rule<FlowRun> = {
  name: 'InstrumentFlowRunStateTransitions',
  from: anyState,
  to: anyState,
  transform: true,
  after(initial, validated, transition) {
    if (validated !== null) transition.announced = { initial, validated }
  },
}
