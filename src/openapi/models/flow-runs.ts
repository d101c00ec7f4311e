/** What the API answers about flows, flow runs and their graph. */
import * as s from '../../schema/index.ts'
import { component } from '../component.ts'
import { CreatedBy, SetStateStatus, State, StateAbortDetails, StateAcceptDetails, StateRejectDetails, StateWaitDetails } from './states.ts'

export const Flow = s.model('Flow', {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  name: s.string({ pattern: '^[^/%&><]+$' }),
  tags: s.optional(s.list(s.string()), null),
  labels: s.optional(s.nullable(s.dict(s.union(s.boolean(), s.integer(), s.number(), s.string()))), null),
})

export const FlowBulkDeleteResponse = s.model('FlowBulkDeleteResponse', {
  deleted: s.optional(s.list(s.uuid()), null),
})

export const FlowPaginationResponse = s.model('FlowPaginationResponse', {
  results: s.list(Flow),
  count: s.integer(),
  limit: s.integer(),
  pages: s.integer(),
  page: s.integer(),
})

export const FlowRunResponse = s.model('FlowRunResponse', {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  name: s.optional(s.string(), null),
  flow_id: s.uuid(),
  state_id: s.optional(s.nullable(s.uuid()), null),
  deployment_id: s.optional(s.nullable(s.uuid()), null),
  deployment_version: s.optional(s.nullable(s.string()), null),
  work_queue_id: s.optional(s.nullable(s.uuid()), null),
  work_queue_name: s.optional(s.nullable(s.string()), null),
  flow_version: s.optional(s.nullable(s.string()), null),
  parameters: s.optional(s.dict(), null),
  idempotency_key: s.optional(s.nullable(s.string()), null),
  context: s.optional(s.dict(), null),
  empirical_policy: s.optional(component('FlowRunPolicy'), null),
  tags: s.optional(s.list(s.string()), null),
  labels: s.optional(s.dict(s.union(s.boolean(), s.integer(), s.number(), s.string())), null),
  parent_task_run_id: s.optional(s.nullable(s.uuid()), null),
  state_type: s.optional(s.nullable(component('StateType')), null),
  state_name: s.optional(s.nullable(s.string()), null),
  run_count: s.optional(s.integer(), 0),
  expected_start_time: s.optional(s.nullable(s.datetime()), null),
  next_scheduled_start_time: s.optional(s.nullable(s.datetime()), null),
  start_time: s.optional(s.nullable(s.datetime()), null),
  end_time: s.optional(s.nullable(s.datetime()), null),
  total_run_time: s.optional(s.number(), 0),
  estimated_run_time: s.optional(s.number(), 0),
  estimated_start_time_delta: s.optional(s.number(), 0),
  auto_scheduled: s.optional(s.boolean(), false),
  infrastructure_document_id: s.optional(s.nullable(s.uuid()), null),
  infrastructure_pid: s.optional(s.nullable(s.string()), null),
  created_by: s.optional(s.nullable(CreatedBy), null),
  work_pool_id: s.optional(s.nullable(s.uuid()), null),
  work_pool_name: s.optional(s.nullable(s.string()), null),
  state: s.optional(s.nullable(State), null),
  job_variables: s.optional(s.nullable(s.dict()), null),
})

export const DependencyResult = s.model('DependencyResult', {
  id: s.uuid(),
  name: s.string(),
  upstream_dependencies: s.list(component('TaskRunResult')),
  state: s.nullable(State),
  expected_start_time: s.nullable(s.datetime()),
  start_time: s.nullable(s.datetime()),
  end_time: s.nullable(s.datetime()),
  total_run_time: s.nullable(s.number()),
  estimated_run_time: s.nullable(s.number()),
  untrackable_result: s.boolean(),
})

export const Edge = s.model('Edge', {
  id: s.uuid(),
})

export const GraphArtifact = s.model('GraphArtifact', {
  id: s.uuid(),
  created: s.datetime(),
  key: s.nullable(s.string()),
  type: s.nullable(s.string()),
  is_latest: s.boolean(),
  data: s.nullable(s.any()),
})

export const Node = s.model('Node', {
  kind: s.literal('flow-run', 'task-run'),
  id: s.uuid(),
  label: s.string(),
  state_type: component('StateType'),
  start_time: s.datetime(),
  end_time: s.nullable(s.datetime()),
  parents: s.list(Edge),
  children: s.list(Edge),
  encapsulating: s.list(Edge),
  artifacts: s.list(GraphArtifact),
})

export const GraphState = s.model('GraphState', {
  id: s.uuid(),
  timestamp: s.datetime(),
  type: component('StateType'),
  name: s.string(),
})

export const Graph = s.model('Graph', {
  start_time: s.nullable(s.datetime()),
  end_time: s.nullable(s.datetime()),
  root_node_ids: s.list(s.uuid()),
  nodes: s.list(s.tuple(s.uuid(), Node)),
  artifacts: s.list(GraphArtifact),
  states: s.list(GraphState),
})

export const FlowRunBulkDeleteResponse = s.model('FlowRunBulkDeleteResponse', {
  deleted: s.optional(s.list(s.uuid()), null),
})

export const FlowRunOrchestrationResult = s.model('FlowRunOrchestrationResult', {
  flow_run_id: s.uuid(),
  status: SetStateStatus,
  state: s.optional(s.nullable(State), null),
  details: s.union(StateAcceptDetails, StateWaitDetails, StateRejectDetails, StateAbortDetails),
})

export const FlowRunBulkSetStateResponse = s.model('FlowRunBulkSetStateResponse', {
  results: s.optional(s.list(FlowRunOrchestrationResult), null),
})

export const FlowRunInput = s.model('FlowRunInput', {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  flow_run_id: s.uuid(),
  key: s.string(),
  value: s.string(),
  sender: s.optional(s.nullable(s.string()), null),
})

export const FlowRunPaginationResponse = s.model('FlowRunPaginationResponse', {
  results: s.list(FlowRunResponse),
  count: s.integer(),
  limit: s.integer(),
  pages: s.integer(),
  page: s.integer(),
})

export const FlowRunCreateResult = s.model('FlowRunCreateResult', {
  flow_run_id: s.optional(s.nullable(s.uuid()), null),
  status: s.literal('CREATED', 'FAILED'),
  error: s.optional(s.nullable(s.string()), null),
})

export const FlowRunBulkCreateResponse = s.model('FlowRunBulkCreateResponse', {
  results: s.optional(s.list(FlowRunCreateResult), null),
})

export const SimpleNextFlowRun = s.model('SimpleNextFlowRun', {
  id: s.uuid(),
  flow_id: s.uuid(),
  name: s.string(),
  state_name: s.string(),
  state_type: component('StateType'),
  next_scheduled_start_time: s.datetime(),
})

export const SimpleFlowRun = s.model('SimpleFlowRun', {
  id: s.uuid(),
  state_type: component('StateType'),
  timestamp: s.datetime(),
  duration: s.number(),
  lateness: s.number(),
})

export const FlowRun = s.model('FlowRun', {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  name: s.optional(s.string(), null),
  flow_id: s.uuid(),
  state_id: s.optional(s.nullable(s.uuid()), null),
  deployment_id: s.optional(s.nullable(s.uuid()), null),
  deployment_version: s.optional(s.nullable(s.string()), null),
  work_queue_name: s.optional(s.nullable(s.string()), null),
  flow_version: s.optional(s.nullable(s.string()), null),
  parameters: s.optional(s.dict(), null),
  idempotency_key: s.optional(s.nullable(s.string()), null),
  context: s.optional(s.dict(), null),
  empirical_policy: s.optional(component('FlowRunPolicy'), null),
  tags: s.optional(s.list(s.string()), null),
  labels: s.optional(s.nullable(s.dict(s.union(s.boolean(), s.integer(), s.number(), s.string()))), null),
  parent_task_run_id: s.optional(s.nullable(s.uuid()), null),
  state_type: s.optional(s.nullable(component('StateType')), null),
  state_name: s.optional(s.nullable(s.string()), null),
  run_count: s.optional(s.integer(), 0),
  expected_start_time: s.optional(s.nullable(s.datetime()), null),
  next_scheduled_start_time: s.optional(s.nullable(s.datetime()), null),
  start_time: s.optional(s.nullable(s.datetime()), null),
  end_time: s.optional(s.nullable(s.datetime()), null),
  total_run_time: s.optional(s.number(), 0),
  estimated_run_time: s.optional(s.number(), 0),
  estimated_start_time_delta: s.optional(s.number(), 0),
  auto_scheduled: s.optional(s.boolean(), false),
  infrastructure_document_id: s.optional(s.nullable(s.uuid()), null),
  infrastructure_pid: s.optional(s.nullable(s.string()), null),
  created_by: s.optional(s.nullable(CreatedBy), null),
  work_queue_id: s.optional(s.nullable(s.uuid()), null),
  state: s.optional(s.nullable(State), null),
  job_variables: s.optional(s.nullable(s.dict()), null),
})

export const FlowRunSlotSummary = s.model('FlowRunSlotSummary', {
  id: s.uuid(),
  name: s.string(),
  state_type: s.optional(s.nullable(component('StateType')), null),
  state_name: s.optional(s.nullable(s.string()), null),
  start_time: s.optional(s.nullable(s.datetime()), null),
  state_timestamp: s.optional(s.nullable(s.datetime()), null),
  time_in_current_state: s.optional(s.nullable(s.number()), null),
})
