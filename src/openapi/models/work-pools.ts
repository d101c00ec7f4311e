/** What the API answers about work pools, work queues and workers. */
import * as s from '../../schema/index.ts'
import { component } from '../component.ts'
import { FlowRun, FlowRunSlotSummary } from './flow-runs.ts'

export const WorkQueue = s.model('WorkQueue', {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  name: s.string({ pattern: '^[^/%&><]+$' }),
  description: s.optional(s.nullable(s.string()), ''),
  is_paused: s.optional(s.boolean(), false),
  concurrency_limit: s.optional(s.nullable(s.integer({ ge: 0 })), null),
  priority: s.optional(s.integer({ gt: 0 }), 1),
  work_pool_id: s.optional(s.nullable(s.uuid()), null),
  filter: s.optional(s.nullable(component('QueueFilter')), null),
  last_polled: s.optional(s.nullable(s.datetime()), null),
})

export const WorkPoolStatus = s.enumeration('WorkPoolStatus', ['READY', 'NOT_READY', 'PAUSED'])

export const WorkPoolResponse = s.model('WorkPoolResponse', {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  name: s.string({ pattern: '^[^/%&><]+$' }),
  description: s.optional(s.nullable(s.string()), null),
  type: s.string(),
  base_job_template: s.optional(s.dict(), null),
  is_paused: s.optional(s.boolean(), false),
  concurrency_limit: s.optional(s.nullable(s.integer({ ge: 0 })), null),
  status: s.optional(s.nullable(WorkPoolStatus), null),
  default_queue_id: s.optional(s.nullable(s.uuid()), null),
  storage_configuration: s.optional(component('WorkPoolStorageConfiguration'), null),
  active_slots: s.optional(s.nullable(s.integer()), null),
})

export const WorkQueueConcurrencyStatusDetail = s.model('WorkQueueConcurrencyStatusDetail', {
  queue_id: s.uuid(),
  queue_name: s.string(),
  active_slots: s.integer(),
  concurrency_limit: s.optional(s.nullable(s.integer()), null),
  flow_runs: s.optional(s.list(FlowRunSlotSummary), null),
  flow_run_count: s.optional(s.nullable(s.integer()), null),
})

export const WorkPoolConcurrencyStatus = s.model('WorkPoolConcurrencyStatus', {
  active_slots: s.integer(),
  concurrency_limit: s.optional(s.nullable(s.integer()), null),
  queues: s.optional(s.list(WorkQueueConcurrencyStatusDetail), null),
  count: s.integer(),
  limit: s.integer(),
  pages: s.integer(),
  page: s.integer(),
})

export const WorkerFlowRunResponse = s.model('WorkerFlowRunResponse', {
  work_pool_id: s.uuid(),
  work_queue_id: s.uuid(),
  flow_run: FlowRun,
})

export const WorkQueueStatus = s.enumeration('WorkQueueStatus', ['READY', 'NOT_READY', 'PAUSED'])

export const WorkQueueResponse = s.model('WorkQueueResponse', {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  name: s.string({ pattern: '^[^/%&><]+$' }),
  description: s.optional(s.nullable(s.string()), ''),
  is_paused: s.optional(s.boolean(), false),
  concurrency_limit: s.optional(s.nullable(s.integer({ ge: 0 })), null),
  priority: s.optional(s.integer({ gt: 0 }), 1),
  work_pool_id: s.optional(s.nullable(s.uuid()), null),
  filter: s.optional(s.nullable(component('QueueFilter')), null),
  last_polled: s.optional(s.nullable(s.datetime()), null),
  work_pool_name: s.optional(s.nullable(s.string()), null),
  status: s.optional(s.nullable(WorkQueueStatus), null),
  active_slots: s.optional(s.nullable(s.integer()), null),
})

export const WorkerResponse = s.model('WorkerResponse', {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  name: s.string(),
  work_pool_id: s.uuid(),
  last_heartbeat_time: s.optional(s.nullable(s.datetime()), null),
  heartbeat_interval_seconds: s.optional(s.nullable(s.integer()), null),
  status: s.optional(component('WorkerStatus'), 'OFFLINE'),
})

export const TaskWorkerResponse = s.model('TaskWorkerResponse', {
  identifier: s.string(),
  task_keys: s.list(s.string()),
  timestamp: s.datetime(),
})

export const WorkQueueConcurrencyStatus = s.model('WorkQueueConcurrencyStatus', {
  active_slots: s.integer(),
  concurrency_limit: s.optional(s.nullable(s.integer()), null),
  flow_runs: s.optional(s.list(FlowRunSlotSummary), null),
  count: s.integer(),
  limit: s.integer(),
  pages: s.integer(),
  page: s.integer(),
})

export const WorkQueueHealthPolicy = s.model('WorkQueueHealthPolicy', {
  maximum_late_runs: s.optional(s.nullable(s.integer()), 0),
  maximum_seconds_since_last_polled: s.optional(s.nullable(s.integer()), 60),
})

export const WorkQueueStatusDetail = s.model('WorkQueueStatusDetail', {
  healthy: s.boolean(),
  late_runs_count: s.optional(s.integer(), 0),
  last_polled: s.optional(s.nullable(s.datetime()), null),
  health_check_policy: WorkQueueHealthPolicy,
})
