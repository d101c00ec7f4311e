/** What the API answers about deployments. */
import * as s from '../../schema/index.ts'
import { component } from '../component.ts'
import { GlobalConcurrencyLimitResponse } from './concurrency.ts'
import { CreatedBy, UpdatedBy } from './states.ts'

export const DeploymentSchedule = s.model('DeploymentSchedule', {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  deployment_id: s.optional(s.nullable(s.uuid()), null),
  schedule: s.union(component('IntervalSchedule'), component('CronSchedule'), component('RRuleSchedule')),
  active: s.optional(s.boolean(), true),
  max_scheduled_runs: s.optional(s.nullable(s.integer({ gt: 0 })), null),
  parameters: s.optional(s.dict(), null),
  slug: s.optional(s.nullable(s.string()), null),
})

export const DeploymentStatus = s.enumeration('DeploymentStatus', ['READY', 'NOT_READY'])

export const DeploymentResponse = s.model('DeploymentResponse', {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  name: s.string(),
  version: s.optional(s.nullable(s.string()), null),
  description: s.optional(s.nullable(s.string()), null),
  flow_id: s.uuid(),
  paused: s.optional(s.boolean(), false),
  schedules: s.optional(s.list(DeploymentSchedule), null),
  concurrency_limit: s.optional(s.nullable(s.integer()), null),
  global_concurrency_limit: s.optional(s.nullable(GlobalConcurrencyLimitResponse), null),
  concurrency_options: s.optional(s.nullable(component('ConcurrencyOptions')), null),
  job_variables: s.optional(s.dict(), null),
  parameters: s.optional(s.dict(), null),
  tags: s.optional(s.list(s.string()), null),
  labels: s.optional(s.dict(s.union(s.boolean(), s.integer(), s.number(), s.string())), null),
  work_queue_name: s.optional(s.nullable(s.string()), null),
  work_queue_id: s.optional(s.nullable(s.uuid()), null),
  last_polled: s.optional(s.nullable(s.datetime()), null),
  parameter_openapi_schema: s.optional(s.nullable(s.dict()), null),
  path: s.optional(s.nullable(s.string()), null),
  pull_steps: s.optional(s.nullable(s.list(s.dict())), null),
  entrypoint: s.optional(s.nullable(s.string()), null),
  storage_document_id: s.optional(s.nullable(s.uuid()), null),
  infrastructure_document_id: s.optional(s.nullable(s.uuid()), null),
  created_by: s.optional(s.nullable(CreatedBy), null),
  updated_by: s.optional(s.nullable(UpdatedBy), null),
  work_pool_name: s.optional(s.nullable(s.string()), null),
  status: s.optional(s.nullable(DeploymentStatus), 'NOT_READY'),
  enforce_parameter_schema: s.optional(s.boolean(), true),
})

export const DeploymentPaginationResponse = s.model('DeploymentPaginationResponse', {
  results: s.list(DeploymentResponse),
  count: s.integer(),
  limit: s.integer(),
  pages: s.integer(),
  page: s.integer(),
})

export const DeploymentBulkDeleteResponse = s.model('DeploymentBulkDeleteResponse', {
  deleted: s.optional(s.list(s.uuid()), null),
})
