import * as s from '../../schema/index.ts'
import { KeyValueLabels, NameOrEmpty, PositiveInteger } from '../../schema/prefect.ts'
import { isJsonObject, type Json, type JsonObject } from '../../values/json.ts'
import { isTruthy } from '../../values/python-truth.ts'
import { FlowRunPolicy, noPolicy, RunName, SizedParameters } from '../flow-runs/schemas.ts'
import { StateCreate } from '../run-states/schemas.ts'
import { conformanceProblem } from './conformance.ts'
import { ScheduleCreate, ScheduleUpdate } from './schedule-schemas.ts'

const ConcurrencyOptions = s.model('ConcurrencyOptions', {
  collision_strategy: s.enumeration('ConcurrencyLimitStrategy', ['ENQUEUE', 'CANCEL_NEW']),
  grace_period_seconds: s.optional(s.nullable(s.integer({ ge: 60, le: 86_400 })), null),
})

/** Read, and kept nowhere: the reference has no place for it either. */
const VersionInfo = s.model('VersionInfo', { type: s.string(), version: s.string() }, { extra: 'allow' })

const noParameters = (): JsonObject => ({ type: 'object', properties: {} })

/** No schema is one without properties. */
const ParameterSchema = s.before(
  (schema: Json) => (schema === null || (isJsonObject(schema) && Object.keys(schema).length === 0) ? noParameters() : schema),
  s.dict(),
  '_normalize_parameter_schema',
)

/** What creating and changing share, field by field. */
const fields = {
  paused: s.optional(s.boolean(), false),
  concurrency_limit: s.optional(s.nullable(PositiveInteger), null),
  concurrency_options: s.optional(s.nullable(ConcurrencyOptions), null),
  global_concurrency_limit_id: s.optional(s.nullable(s.uuid()), null),
  tags: s.optional(s.list(s.string()), () => []),
  pull_steps: s.optional(s.nullable(s.list(s.dict())), null),
  uuid: s.optional(s.nullable(s.uuid()), null),
  text: s.optional(s.nullable(s.string()), null),
  version_info: s.optional(s.nullable(VersionInfo), null),
}

/** Checked late: the reference does not say 422 to it. */
export const DeploymentName = NameOrEmpty

export const DeploymentCreate = s.before(
  prepareCreation,
  s.model(
    'DeploymentCreate',
    {
      name: s.string(),
      flow_id: s.uuid(),
      paused: fields.paused,
      schedules: s.optional(s.list(ScheduleCreate), () => []),
      concurrency_limit: fields.concurrency_limit,
      concurrency_options: fields.concurrency_options,
      global_concurrency_limit_id: fields.global_concurrency_limit_id,
      enforce_parameter_schema: s.optional(s.boolean(), true),
      parameter_openapi_schema: s.optional(s.nullable(ParameterSchema), noParameters),
      parameters: s.optional(SizedParameters, () => ({})),
      tags: fields.tags,
      labels: s.optional(s.nullable(KeyValueLabels), () => ({})),
      pull_steps: fields.pull_steps,
      work_queue_name: fields.text,
      work_pool_name: fields.text,
      storage_document_id: fields.uuid,
      infrastructure_document_id: fields.uuid,
      description: fields.text,
      path: fields.text,
      version: fields.text,
      entrypoint: fields.text,
      job_variables: s.optional(s.dict(), () => ({})),
      version_info: fields.version_info,
    },
    { extra: 'forbid' },
  ),
  'remove_old_fields',
)

export const DeploymentUpdate = s.before(
  prepareUpdate,
  s.model(
    'DeploymentUpdate',
    {
      version: fields.text,
      description: fields.text,
      paused: fields.paused,
      schedules: s.optional(s.list(ScheduleUpdate), () => []),
      concurrency_limit: fields.concurrency_limit,
      concurrency_options: fields.concurrency_options,
      global_concurrency_limit_id: fields.global_concurrency_limit_id,
      parameters: s.optional(s.nullable(SizedParameters), null),
      parameter_openapi_schema: s.optional(s.nullable(ParameterSchema), null),
      tags: fields.tags,
      work_queue_name: fields.text,
      work_pool_name: fields.text,
      path: fields.text,
      job_variables: s.optional(s.nullable(s.dict()), null),
      pull_steps: fields.pull_steps,
      entrypoint: fields.text,
      storage_document_id: fields.uuid,
      infrastructure_document_id: fields.uuid,
      enforce_parameter_schema: s.optional(s.nullable(s.boolean()), null),
      version_info: fields.version_info,
    },
    { extra: 'forbid' },
  ),
  'remove_old_fields',
)

export const DeploymentFlowRunCreate = s.model(
  'DeploymentFlowRunCreate',
  {
    state: s.optional(s.nullable(StateCreate), null),
    name: RunName,
    parameters: s.optional(SizedParameters, () => ({})),
    enforce_parameter_schema: s.optional(s.nullable(s.boolean()), null),
    context: s.optional(s.dict(), () => ({})),
    infrastructure_document_id: fields.uuid,
    empirical_policy: s.optional(FlowRunPolicy, noPolicy),
    tags: fields.tags,
    idempotency_key: fields.text,
    labels: s.optional(s.nullable(KeyValueLabels), null),
    parent_task_run_id: fields.uuid,
    work_queue_name: fields.text,
    job_variables: s.optional(s.nullable(s.dict()), () => ({})),
  },
  { extra: 'forbid' },
)

/** Before the fields are read: what concerns several of them. As in the reference the client sees `parameters` filled in. */
function prepareCreation(input: Json): Json {
  if (!isJsonObject(input)) return input
  refuseTwoLimits(input)
  const problem = isTruthy(input.enforce_parameter_schema) ? conformanceProblem(input) : null
  if (problem !== null) throw new s.ValueError(problem)
  input.parameters ??= {}
  return withoutOldFields(input)
}

function prepareUpdate(input: Json): Json {
  if (!isJsonObject(input)) return input
  refuseTwoLimits(input)
  return withoutOldFields(input)
}

function refuseTwoLimits({ concurrency_limit: own, global_concurrency_limit_id: shared }: JsonObject): void {
  if (isTruthy(own) && isTruthy(shared)) {
    throw new s.ValueError('A deployment cannot have both a concurrency limit and a global concurrency limit.')
  }
}

/** Clients of long ago send these. */
const oldFields = new Set(['worker_pool_queue_id', 'worker_pool_name', 'worker_pool_queue_name', 'work_pool_queue_name'])

function withoutOldFields(input: JsonObject): JsonObject {
  if (!Object.keys(input).some((key) => oldFields.has(key))) return input
  return Object.fromEntries(Object.entries(input).filter(([key]) => !oldFields.has(key)))
}
