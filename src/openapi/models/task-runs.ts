/** What the API answers about task runs. */
import * as s from '../../schema/index.ts'
import { component, untitled } from '../component.ts'
import { State } from './states.ts'

const taskRun = {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  name: s.optional(s.string(), null),
  flow_run_id: s.optional(s.nullable(s.uuid()), null),
  task_key: s.string(),
  dynamic_key: s.string(),
  cache_key: s.optional(s.nullable(s.string()), null),
  cache_expiration: s.optional(s.nullable(s.datetime()), null),
  task_version: s.optional(s.nullable(s.string()), null),
  empirical_policy: s.optional(component('TaskRunPolicy'), null),
  tags: s.optional(s.list(s.string()), null),
  labels: s.optional(s.nullable(s.dict(s.union(s.boolean(), s.integer(), s.number(), s.string()))), null),
  state_id: s.optional(s.nullable(s.uuid()), null),
  task_inputs: s.optional(
    s.dict(s.list(s.union(component('TaskRunResult'), component('FlowRunResult'), component('Parameter'), component('Constant')))),
    null,
  ),
  state_type: s.optional(s.nullable(component('StateType')), null),
  state_name: s.optional(s.nullable(s.string()), null),
  run_count: s.optional(s.integer(), 0),
  flow_run_run_count: s.optional(s.integer(), 0),
  expected_start_time: s.optional(s.nullable(s.datetime()), null),
  next_scheduled_start_time: s.optional(s.nullable(s.datetime()), null),
  start_time: s.optional(s.nullable(s.datetime()), null),
  end_time: s.optional(s.nullable(s.datetime()), null),
  total_run_time: s.optional(s.number(), 0),
  estimated_run_time: s.optional(s.number(), 0),
  estimated_start_time_delta: s.optional(s.number(), 0),
  state: s.optional(s.nullable(State), null),
}

export const TaskRun = s.model('TaskRun', taskRun)

export const TaskRunResponse = s.model('TaskRunResponse', {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  name: s.optional(s.string(), null),
  flow_run_id: s.optional(s.nullable(s.uuid()), null),
  task_key: s.string(),
  state_id: s.optional(s.nullable(s.uuid()), null),
  state: s.optional(s.nullable(State), null),
  task_version: s.optional(s.nullable(s.string()), null),
  task_inputs: s.optional(
    s.dict(s.list(s.union(component('TaskRunResult'), component('FlowRunResult'), component('Parameter'), component('Constant')))),
    null,
  ),
  empirical_policy: s.optional(component('TaskRunPolicy'), null),
  tags: s.optional(s.list(s.string()), null),
  start_time: s.optional(s.nullable(s.datetime()), null),
  end_time: s.optional(s.nullable(s.datetime()), null),
  total_run_time: s.optional(s.number(), 0),
  estimated_run_time: s.optional(s.number(), 0),
  estimated_start_time_delta: s.optional(s.number(), 0),
})

export const TaskRunPaginationResponse = s.model('TaskRunPaginationResponse', {
  results: s.list(TaskRunResponse),
  count: s.integer(),
  limit: s.integer(),
  pages: s.integer(),
  page: s.integer(),
})

export const TaskRunCount = untitled('TaskRunCount', s.dict(s.integer()))

export const UITaskRun = s.model('UITaskRun', { ...taskRun, flow_run_name: s.optional(s.nullable(s.string()), null) })
