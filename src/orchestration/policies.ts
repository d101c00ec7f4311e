/** Policies: which rules govern a transition, outermost first. Names and order are the reference's. */

import * as bookkeeping from './rules/bookkeeping.ts'
import * as caching from './rules/caching.ts'
import * as cancelling from './rules/cancelling.ts'
import * as deploymentConcurrency from './rules/deployment-concurrency.ts'
import * as enclosingFlowRun from './rules/enclosing-flow-run.ts'
import * as leavingTerminalStates from './rules/leaving-terminal-states.ts'
import * as pausing from './rules/pausing.ts'
import * as preventingRepetition from './rules/preventing-repetition.ts'
import * as retrying from './rules/retrying.ts'
import * as scheduling from './rules/scheduling.ts'
import * as taskConcurrency from './rules/task-concurrency.ts'
import type { FlowRun, TaskRun } from './run.ts'
import type { StateType } from './states.ts'
import type { Rule } from './transition.ts'

type FlowRules = readonly Rule<FlowRun>[]
type TaskRules = readonly Rule<TaskRun>[]

export const flowPolicies = {
  CoreFlowPolicy: [
    deploymentConcurrency.PreserveDeploymentConcurrencyLeaseId,
    preventingRepetition.PreventDuplicateTransitions,
    leavingTerminalStates.HandleFlowTerminalStateTransitions,
    cancelling.EnforceCancellingToCancelledTransition,
    cancelling.BypassCancellingFlowRunsWithNoInfra,
    preventingRepetition.PreventPendingTransitions,
    deploymentConcurrency.ValidateDeploymentConcurrencyAtRunning,
    deploymentConcurrency.SecureFlowConcurrencySlots,
    deploymentConcurrency.RemoveDeploymentConcurrencyLeaseForOldClientVersions,
    scheduling.EnsureOnlyScheduledFlowsMarkedLate,
    pausing.HandlePausingFlows,
    pausing.HandleResumingPausedFlows,
    scheduling.CopyScheduledTime,
    scheduling.WaitForScheduledTime,
    retrying.RetryFailedFlows,
    bookkeeping.InstrumentFlowRunStateTransitions,
    deploymentConcurrency.ReleaseFlowConcurrencySlots,
  ],
  /** By force: only what must hold in any case. */
  MinimalFlowPolicy: [
    leavingTerminalStates.PreventResultDataLoss,
    cancelling.BypassCancellingFlowRunsWithNoInfra,
    bookkeeping.InstrumentFlowRunStateTransitions,
    deploymentConcurrency.ReleaseFlowConcurrencySlots,
  ],
  /** Of the service that marks runs late. */
  MarkLateRunsPolicy: [
    scheduling.EnsureOnlyScheduledFlowsMarkedLate,
    deploymentConcurrency.EnforceDeploymentConcurrencyOnLate,
    bookkeeping.InstrumentFlowRunStateTransitions,
  ],
} satisfies Record<string, FlowRules>

/** A task's retries, names and results, in every policy that runs tasks. */
const runningTasks: TaskRules = [
  scheduling.WaitForScheduledTime,
  retrying.RetryFailedTasks,
  retrying.RenameReruns,
  enclosingFlowRun.UpdateFlowRunTrackerOnTasks,
  caching.CacheInsertion,
  taskConcurrency.ReleaseTaskConcurrencySlots,
]

export const taskPolicies = {
  CoreTaskPolicy: [
    // A cached result needs no slot.
    caching.CacheRetrieval,
    leavingTerminalStates.HandleTaskTerminalStateTransitions,
    enclosingFlowRun.PreventRunningTasksFromStoppedFlows,
    taskConcurrency.SecureTaskConcurrencySlots,
    scheduling.CopyScheduledTime,
    ...runningTasks,
  ],
  /** Of clients that orchestrate their tasks themselves. */
  ClientSideTaskOrchestrationPolicy: [
    caching.CacheRetrieval,
    leavingTerminalStates.HandleTaskTerminalStateTransitions,
    enclosingFlowRun.PreventRunningTasksFromStoppedFlows,
    scheduling.CopyScheduledTime,
    ...runningTasks,
  ],
  /** Of deferred task runs, which task workers fetch. */
  BackgroundTaskPolicy: [
    preventingRepetition.PreventPendingTransitions,
    caching.CacheRetrieval,
    leavingTerminalStates.HandleTaskTerminalStateTransitions,
    scheduling.CopyScheduledTime,
    scheduling.CopyTaskParametersID,
    ...runningTasks,
    scheduling.EnqueueScheduledTasks,
  ],
  /** By force. */
  MinimalTaskPolicy: [taskConcurrency.ReleaseTaskConcurrencySlots],
} satisfies Record<string, TaskRules>

export type FlowPolicyName = keyof typeof flowPolicies
export type TaskPolicyName = keyof typeof taskPolicies

/** Bookkeeping of every run, in this order. */
const globalRules: readonly Rule[] = [
  bookkeeping.SetRunStateType,
  bookkeeping.SetRunStateName,
  bookkeeping.SetRunStateTimestamp,
  bookkeeping.SetStartTime,
  bookkeeping.SetEndTime,
  bookkeeping.IncrementRunTime,
  bookkeeping.SetExpectedStartTime,
  bookkeeping.SetNextScheduledStartTime,
  bookkeeping.UpdateStateDetails,
]

/** Innermost, around the validation of the state itself. */
export const globalFlowPolicy: FlowRules = [
  // Before all that read the timestamp.
  bookkeeping.EnsureFlowRunStateTimestampIsUnique,
  ...globalRules,
  bookkeeping.UpdateSubflowParentTask,
  bookkeeping.UpdateSubflowStateDetails,
  bookkeeping.IncrementFlowRunCount,
  bookkeeping.RemoveResumingIndicator,
]

export const globalTaskPolicy: TaskRules = [...globalRules, bookkeeping.IncrementTaskRunCount]

/** The rules of a policy that govern transitions between these types. */
export function rulesFor<R extends Rule<never>>(policy: readonly R[], from: StateType | null, to: StateType | null): R[] {
  return policy.filter((rule) => rule.from.has(from) && rule.to.has(to))
}
