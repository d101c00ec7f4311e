/** What the API answers about states and what came of proposing one. */
import * as s from '../../schema/index.ts'
import { component } from '../component.ts'

export const HistoryResponseState = s.model('HistoryResponseState', {
  state_type: component('StateType'),
  state_name: s.string(),
  count_runs: s.integer(),
  sum_estimated_run_time: s.number(),
  sum_estimated_lateness: s.number(),
})

export const HistoryResponse = s.model('HistoryResponse', {
  interval_start: s.datetime(),
  interval_end: s.datetime(),
  states: s.list(HistoryResponseState),
})

export const State = s.model('State', {
  id: s.uuid(),
  type: component('StateType'),
  name: s.optional(s.nullable(s.string()), null),
  timestamp: s.optional(s.datetime(), null),
  message: s.optional(s.nullable(s.string()), null),
  data: s.optional(s.nullable(s.any()), null),
  state_details: s.optional(component('StateDetails'), null),
})

export const SetStateStatus = s.enumeration('SetStateStatus', ['ACCEPT', 'REJECT', 'ABORT', 'WAIT'])

export const StateAcceptDetails = s.model('StateAcceptDetails', {
  type: s.optional(s.literal('accept_details'), 'accept_details'),
})

export const StateWaitDetails = s.model('StateWaitDetails', {
  type: s.optional(s.literal('wait_details'), 'wait_details'),
  delay_seconds: s.integer(),
  reason: s.optional(s.nullable(s.string()), null),
})

export const StateRejectDetails = s.model('StateRejectDetails', {
  type: s.optional(s.literal('reject_details'), 'reject_details'),
  reason: s.optional(s.nullable(s.string()), null),
})

export const StateAbortDetails = s.model('StateAbortDetails', {
  type: s.optional(s.literal('abort_details'), 'abort_details'),
  reason: s.optional(s.nullable(s.string()), null),
})

export const OrchestrationResult = s.model('OrchestrationResult', {
  state: s.nullable(State),
  status: SetStateStatus,
  details: s.union(StateAcceptDetails, StateWaitDetails, StateRejectDetails, StateAbortDetails),
})

export const CountByState = s.model('CountByState', {
  COMPLETED: s.optional(s.integer(), 0),
  PENDING: s.optional(s.integer(), 0),
  RUNNING: s.optional(s.integer(), 0),
  FAILED: s.optional(s.integer(), 0),
  CANCELLED: s.optional(s.integer(), 0),
  CRASHED: s.optional(s.integer(), 0),
  PAUSED: s.optional(s.integer(), 0),
  CANCELLING: s.optional(s.integer(), 0),
  SCHEDULED: s.optional(s.integer(), 0),
})

export const CreatedBy = s.model('CreatedBy', {
  id: s.optional(s.nullable(s.uuid()), null),
  type: s.optional(s.nullable(s.string()), null),
  display_value: s.optional(s.nullable(s.string()), null),
})

export const UpdatedBy = s.model('UpdatedBy', {
  id: s.optional(s.nullable(s.uuid()), null),
  type: s.optional(s.nullable(s.string()), null),
  display_value: s.optional(s.nullable(s.string()), null),
})
