/**
 * What the reference's document says and the schemas do not need: marks that change nothing, and names of parameters whose
 * value is the whole body.
 */

import { Countable } from '../resources/events/count.ts'
import type { JsonSchema } from '../schema/index.ts'
import * as s from '../schema/index.ts'
import { component, octets } from './component.ts'

/**
 * Parameters, by component, that the document does not call nullable. They take null all the same, as if nothing was sent:
 * so does FastAPI.
 */
export const notNullable: Readonly<Record<string, readonly string[]>> = {
  Body_bulk_decrement_active_slots_v2_concurrency_limits_decrement_post: ['create_if_missing'],
  Body_count_artifacts_artifacts_count_post: ['artifacts', 'deployments', 'flow_runs', 'flows', 'task_runs'],
  Body_count_flows_flows_count_post: ['deployments', 'flow_runs', 'flows', 'task_runs', 'work_pools'],
  Body_count_latest_artifacts_artifacts_latest_count_post: ['artifacts', 'deployments', 'flow_runs', 'flows', 'task_runs'],
  Body_count_task_runs_task_runs_count_post: ['deployments', 'flow_runs', 'flows', 'task_runs'],
  Body_get_scheduled_flow_runs_for_deployments_deployments_get_scheduled_flow_runs_post: ['scheduled_before'],
  Body_get_scheduled_flow_runs_work_pools__name__get_scheduled_flow_runs_post: ['scheduled_after', 'scheduled_before', 'work_queue_names'],
  Body_read_artifacts_artifacts_filter_post: ['artifacts', 'deployments', 'flow_runs', 'flows', 'task_runs'],
  Body_read_flow_run_history_ui_flow_runs_history_post: ['deployments', 'flow_runs', 'flows', 'task_runs', 'work_pools'],
  Body_read_flows_flows_filter_post: ['deployments', 'flow_runs', 'flows', 'task_runs', 'work_pools'],
  Body_read_latest_artifacts_artifacts_latest_filter_post: ['artifacts', 'deployments', 'flow_runs', 'flows', 'task_runs'],
  Body_read_work_queue_runs_work_queues__id__get_runs_post: ['scheduled_before'],
  Body_read_work_queues_work_pools__work_pool_name__queues_filter_post: ['work_queues'],
  Body_schedule_deployment_deployments__id__schedule_post: ['end_time', 'max_runs', 'min_runs', 'min_time', 'start_time'],
  Body_task_run_history_task_runs_history_post: ['deployments', 'flow_runs', 'flows', 'task_runs'],
}

const deprecated: JsonSchema = { deprecated: true }
const timeDelta: JsonSchema = { format: 'time-delta' }
const anyKey: JsonSchema = { additionalProperties: true }

/** Keywords to add, by component and property. */
export const marks: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>> = {
  Body_bulk_decrement_active_slots_v2_concurrency_limits_decrement_post: { create_if_missing: deprecated, names: { min_items: 1 } },
  Body_bulk_increment_active_slots_v2_concurrency_limits_increment_post: { create_if_missing: deprecated, names: { min_items: 1 } },
  Body_bulk_increment_active_slots_with_lease_v2_concurrency_limits_increment_with_lease_post: { names: { min_items: 1 } },
  Body_count_deployments_by_flow_ui_flows_count_deployments_post: { flow_ids: { max_items: 200 } },
  Body_count_task_runs_by_flow_run_ui_flow_runs_count_task_runs_post: { flow_run_ids: { max_items: 200 } },
  Body_next_runs_by_flow_ui_flows_next_runs_post: { flow_ids: { max_items: 200 } },
  Body_filter_flow_run_input_flow_runs__id__input_filter_post: { exclude_keys: { default: [] } },
  Body_flow_run_history_flow_runs_history_post: { history_interval_seconds: timeDelta },
  Body_schedule_deployment_deployments__id__schedule_post: { min_time: timeDelta },
  Body_task_run_history_task_runs_history_post: { history_interval_seconds: timeDelta },
  DeploymentCreate: { parameter_openapi_schema: anyKey },
  DeploymentFilter: { concurrency_limit: deprecated },
  DeploymentFlowRunCreate: { job_variables: anyKey },
  DeploymentResponse: { concurrency_limit: deprecated, parameter_openapi_schema: anyKey },
  FlowRunCreate: { deployment_id: deprecated },
  FlowRunPolicy: { max_retries: deprecated, retry_delay_seconds: deprecated },
  TaskRunPolicy: { max_retries: deprecated, retry_delay_seconds: deprecated },
  WorkQueue: { filter: deprecated },
  WorkQueueCreate: { filter: deprecated },
  WorkQueueResponse: { filter: deprecated },
  WorkQueueUpdate: { filter: deprecated },
}

const labels = s.nullable(component('ResourceSpecification'))
const artifactData = s.nullable(s.union(s.dict(), s.any()))

/** Properties that are read in another way than they are described, by component. */
export const described: Readonly<Record<string, Readonly<Record<string, s.Schema<unknown>>>>> = {
  ArtifactCreate: { data: artifactData },
  ArtifactUpdate: { data: artifactData },
  Event: { resource: component('Resource'), related: s.list(component('RelatedResource')) },
  Body_create_flow_run_input_flow_runs__id__input_post: { value: octets() },
  EventAnyResourceFilter: { labels },
  EventRelatedFilter: { labels, resources_in_roles: s.nullable(s.list(s.tuple(s.string(), s.string()))) },
  EventResourceFilter: { labels },
}

/** Components that only others refer to. */
export const further: readonly s.Schema<unknown>[] = [s.root('Resource', s.dict(s.string())), s.root('RelatedResource', s.dict(s.string()))]

/** The parameter that is the body, where that is no model. */
export const bodyNames: Readonly<Record<string, string>> = {
  'POST /automations/templates/validate': 'template',
  'POST /deployments/{id:uuid}/create_flow_run/bulk': 'flow_runs',
  'POST /deployments/{id:uuid}/schedules': 'schedules',
  'POST /events': 'events',
  'PATCH /flow_runs/{id:uuid}/labels': 'labels',
  'POST /logs/': 'logs',
  'POST /templates/validate': 'template',
}

const idOrName = s.union(s.uuid(), s.string())

/** Parameters of paths that the router takes as text. */
export const pathParameters: Readonly<Record<string, s.Schema<unknown>>> = {
  countable: Countable.parameters.countable,
  id_or_name: idOrName,
  lease_id: s.uuid(),
}

/** Defaults of parameters that have none when they are read. */
export const defaults: Readonly<Record<string, unknown>> = { since: '0001-01-01T00:00:00+00:00' }
