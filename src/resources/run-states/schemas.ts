import { noDetails, type StateDetails, stateTypes } from '../../orchestration/states.ts'
import * as s from '../../schema/index.ts'
import { isJsonObject, isRawNumber, type Json, toNumber } from '../../values/json.ts'
import { isTruthy } from '../../values/python-truth.ts'

export const StateType = s.enumeration('StateType', stateTypes)

/** What a state carries besides its type; every field may be left out. Unknown ones are ignored, as clients may be newer. */
export const StateDetailsModel = s.model('StateDetails', {
  flow_run_id: s.optional(s.nullable(s.uuid()), null),
  task_run_id: s.optional(s.nullable(s.uuid()), null),
  child_flow_run_id: s.optional(s.nullable(s.uuid()), null),
  scheduled_time: s.optional(s.nullable(s.datetime({ keepsOffset: true })), null),
  cache_key: s.optional(s.nullable(s.string()), null),
  cache_expiration: s.optional(s.nullable(s.datetime({ keepsOffset: true })), null),
  deferred: s.optional(s.nullable(s.boolean()), false),
  untrackable_result: s.optional(s.boolean(), false),
  pause_timeout: s.optional(s.nullable(s.datetime({ keepsOffset: true })), null),
  pause_reschedule: s.optional(s.boolean(), false),
  pause_key: s.optional(s.nullable(s.string()), null),
  run_input_keyset: s.optional(s.nullable(s.dict(s.string())), null),
  refresh_cache: s.optional(s.nullable(s.boolean()), null),
  retriable: s.optional(s.nullable(s.boolean()), null),
  transition_id: s.optional(s.nullable(s.uuid()), null),
  task_parameters_id: s.optional(s.nullable(s.uuid()), null),
  traceparent: s.optional(s.nullable(s.string()), null),
  deployment_concurrency_lease_id: s.optional(s.nullable(s.uuid()), null),
})

export const StateCreate = s.model(
  'StateCreate',
  {
    type: StateType,
    name: s.optional(s.nullable(s.string()), null),
    message: s.optional(s.nullable(s.string()), null),
    data: s.optional(s.nullable(s.any()), null),
    state_details: s.optional(StateDetailsModel, (): StateDetails => ({ ...noDetails })),
  },
  { extra: 'forbid' },
)

export const SetState = s.parameters({ state: StateCreate, force: s.optional(s.boolean(), false) })

/** Policies: the old names of two fields fill the new ones, where those say nothing. Clients see that in a refused body. */
export function withOldNames(input: Json | undefined): Json | undefined {
  if (input === undefined || !isJsonObject(input)) return input
  if (!isTruthy(input.retries) && !isZero(input.max_retries)) input.retries = input.max_retries ?? null
  if (!isTruthy(input.retry_delay) && !isZero(input.retry_delay_seconds)) input.retry_delay = input.retry_delay_seconds ?? null
  return input
}

const isZero = (value: Json | undefined): boolean => value === undefined || value === 0 || (isRawNumber(value) && toNumber(value) === 0)
