import { noDetails } from '../../orchestration/states.ts'
import * as s from '../../schema/index.ts'
import { KeyValueLabels } from '../../schema/prefect.ts'
import { Duration } from '../../values/duration.ts'
import { RunName } from '../flow-runs/schemas.ts'
import { limits } from '../limits.ts'
import { StateCreate, StateDetailsModel, StateType, withOldNames } from '../run-states/schemas.ts'

const longestListOfDelays = 50

export const TaskRunPolicy = s.before(
  withOldNames,
  s.model('TaskRunPolicy', {
    max_retries: s.optional(s.integer(), 0),
    retry_delay_seconds: s.optional(s.number(), 0),
    retries: s.optional(s.nullable(s.integer()), null),
    retry_delay: s.optional(
      s.check(s.nullable(s.union(s.integer(), s.number(), s.list(s.integer()), s.list(s.number()))), (delay) =>
        Array.isArray(delay) && delay.length > longestListOfDelays ? 'Can not configure more than 50 retry delays per task.' : null,
      ),
      null,
    ),
    retry_jitter_factor: s.optional(
      s.check(s.nullable(s.number()), (factor) => (factor !== null && factor < 0 ? '`retry_jitter_factor` must be >= 0.' : null)),
      null,
    ),
  }),
  'populate_deprecated_fields',
)

/** What a task run was given: results of other runs, parameters, constants. */
const TaskInput = s.union(
  s.model('TaskRunResult', { input_type: s.optional(s.literal('task_run'), 'task_run'), id: s.uuid() }),
  s.model('FlowRunResult', { input_type: s.optional(s.literal('flow_run'), 'flow_run'), id: s.uuid() }),
  s.model('Parameter', { input_type: s.optional(s.literal('parameter'), 'parameter'), name: s.string() }),
  s.model('Constant', { input_type: s.optional(s.literal('constant'), 'constant'), type: s.string() }),
)

const CacheKey = s.check(s.nullable(s.string()), (key) =>
  key !== null && key.length > limits.cacheKeyLength
    ? `Cache key exceeded maximum allowed length of ${limits.cacheKeyLength} characters.`
    : null,
)

/** What requests and events say of a task run alike. */
const common = {
  name: RunName,
  task_key: s.string(),
  dynamic_key: s.string(),
  cache_key: s.optional(CacheKey, null),
  cache_expiration: s.optional(s.nullable(s.datetime()), null),
  task_version: s.optional(s.nullable(s.string()), null),
  empirical_policy: s.optional(TaskRunPolicy, emptyPolicy),
  tags: s.optional(s.list(s.string()), () => []),
  labels: s.optional(s.nullable(KeyValueLabels), () => ({})),
  task_inputs: s.optional(s.dict(s.list(TaskInput)), () => ({})),
}

export const TaskRunCreate = s.model(
  'TaskRunCreate',
  {
    id: s.optional(s.nullable(s.uuid()), null),
    state: s.optional(s.nullable(StateCreate), null),
    flow_run_id: s.optional(s.nullable(s.uuid()), null),
    ...common,
  },
  { extra: 'forbid' },
)

export const TaskRunUpdate = s.model('TaskRunUpdate', { name: RunName }, { extra: 'forbid' })

/** A task run as the client that orchestrates it describes it in its events. */
export const RecordedTaskRun = s.model('TaskRun', {
  ...common,
  id: s.uuid(),
  flow_run_id: s.optional(s.nullable(s.uuid()), null),
  state_type: s.optional(s.nullable(StateType), null),
  state_name: s.optional(s.nullable(s.string()), null),
  run_count: s.optional(s.integer(), 0),
  flow_run_run_count: s.optional(s.integer(), 0),
  expected_start_time: s.optional(s.nullable(s.datetime()), null),
  next_scheduled_start_time: s.optional(s.nullable(s.datetime()), null),
  start_time: s.optional(s.nullable(s.datetime()), null),
  end_time: s.optional(s.nullable(s.datetime()), null),
  total_run_time: s.optional(s.timedelta(), () => Duration.zero),
})

/** The state in such an event; the event gives its id and its time. */
export const RecordedState = s.model('State', {
  type: StateType,
  name: s.optional(s.nullable(s.string()), null),
  message: s.optional(s.nullable(s.string()), null),
  data: s.optional(s.nullable(s.any()), null),
  state_details: s.optional(StateDetailsModel, () => ({ ...noDetails })),
})

function emptyPolicy(): s.Infer<typeof TaskRunPolicy> {
  return { max_retries: 0, retry_delay_seconds: 0, retries: null, retry_delay: null, retry_jitter_factor: null }
}
