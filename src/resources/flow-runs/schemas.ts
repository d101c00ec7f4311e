import * as s from '../../schema/index.ts'
import { KeyValueLabels } from '../../schema/prefect.ts'
import { isTruthy } from '../../values/python-truth.ts'
import { limits } from '../limits.ts'
import { generateSlug } from '../run-names.ts'
import { StateCreate, withOldNames } from '../run-states/schemas.ts'

export const FlowRunPolicy = s.before(
  withOldNames,
  s.model('FlowRunPolicy', {
    max_retries: s.optional(s.integer(), 0),
    retry_delay_seconds: s.optional(s.number(), 0),
    retries: s.optional(s.nullable(s.integer()), null),
    retry_delay: s.optional(s.nullable(s.integer()), null),
    pause_keys: s.optional(s.nullable(s.set(s.string())), () => []),
    resuming: s.optional(s.nullable(s.boolean()), false),
    retry_type: s.optional(s.nullable(s.literal('in_process', 'reschedule')), null),
  }),
  'populate_deprecated_fields',
)

/** Parameters, written as Python writes JSON, are no larger than the settings allow (0: any size). */
export const SizedParameters = s.check(
  s.dict(),
  (parameters) => {
    const most = limits.parameterBytes
    if (most <= 0) return null
    const text = JSON.stringify(parameters)
    const size = text.length + 5 * (text.match(/[\u007f-\uffff]/g)?.length ?? 0)
    if (size <= most) return null
    return `Flow run parameters must be less than ${grouped(most)} bytes when serialized (got ${grouped(size)} bytes).`
  },
  'validate_parameter_size_field',
)

/** 1,234,567 */
const grouped = (size: number): string => size.toLocaleString('en-US')

/** An absent name, or one that is nothing to Python, becomes a random one. */
export const RunName = s.optional(
  s.before((name) => (isTruthy(name) ? name : generateSlug()), s.string()),
  generateSlug,
)

export const FlowRunCreate = s.model(
  'FlowRunCreate',
  {
    state: s.optional(s.nullable(StateCreate), null),
    name: RunName,
    flow_id: s.uuid(),
    flow_version: s.optional(s.nullable(s.string()), null),
    parameters: s.optional(SizedParameters, () => ({})),
    context: s.optional(s.dict(), () => ({})),
    parent_task_run_id: s.optional(s.nullable(s.uuid()), null),
    infrastructure_document_id: s.optional(s.nullable(s.uuid()), null),
    empirical_policy: s.optional(FlowRunPolicy, noPolicy),
    tags: s.optional(s.list(s.string()), () => []),
    labels: s.optional(s.nullable(KeyValueLabels), () => ({})),
    idempotency_key: s.optional(s.nullable(s.string()), null),
    work_pool_name: s.optional(s.nullable(s.string()), null),
    work_queue_name: s.optional(s.nullable(s.string()), null),
    job_variables: s.optional(s.nullable(s.dict()), null),
    deployment_id: s.optional(s.nullable(s.uuid()), null),
  },
  { extra: 'forbid' },
)

export function noPolicy(): s.Infer<typeof FlowRunPolicy> {
  return { max_retries: 0, retry_delay_seconds: 0, retries: null, retry_delay: null, pause_keys: [], resuming: false, retry_type: null }
}
