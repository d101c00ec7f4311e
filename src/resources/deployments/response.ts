import type { DeploymentRecord, GlobalLimit } from './queries.ts'
import { scheduleResponse } from './schedule-records.ts'

/** The API's DeploymentResponse. */
export function deploymentResponse(deployment: DeploymentRecord): Record<string, unknown> {
  return {
    id: deployment.id,
    created: deployment.created,
    updated: deployment.updated,
    name: deployment.name,
    version: deployment.version,
    description: deployment.description,
    flow_id: deployment.flow_id,
    paused: deployment.paused,
    schedules: deployment.schedules.map(scheduleResponse),
    // Of no use any more; `global_concurrency_limit` says it.
    concurrency_limit: null,
    global_concurrency_limit: deployment.limit === null ? null : limitResponse(deployment.limit),
    concurrency_options: deployment.concurrency_options === null ? null : { grace_period_seconds: null, ...deployment.concurrency_options },
    job_variables: deployment.infra_overrides,
    parameters: deployment.parameters,
    tags: deployment.tags,
    labels: deployment.labels ?? {},
    work_queue_name: deployment.queue_name ?? deployment.work_queue_name,
    work_queue_id: deployment.work_queue_id,
    last_polled: deployment.last_polled,
    parameter_openapi_schema: deployment.parameter_openapi_schema,
    path: deployment.path,
    pull_steps: deployment.pull_steps,
    entrypoint: deployment.entrypoint,
    storage_document_id: deployment.storage_document_id,
    infrastructure_document_id: deployment.infrastructure_document_id,
    created_by: deployment.created_by,
    updated_by: deployment.updated_by,
    work_pool_name: deployment.pool_name,
    status: deployment.status,
    enforce_parameter_schema: deployment.enforce_parameter_schema,
  }
}

function limitResponse({ id, created, updated, active, name, limit, active_slots, slot_decay_per_second }: GlobalLimit): GlobalLimit {
  return { id, created, updated, active, name, limit, active_slots, slot_decay_per_second }
}
