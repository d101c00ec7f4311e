/** States: what a run is in, and what it asks to be in. */
import type { Json } from '../values/json.ts'
import type { Timestamp } from '../values/timestamp.ts'
import type { Uuid } from '../values/uuid.ts'

export const stateTypes = [
  'SCHEDULED',
  'PENDING',
  'RUNNING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'CRASHED',
  'PAUSED',
  'CANCELLING',
] as const

export type StateType = (typeof stateTypes)[number]

/** Types of states on one side of a transition; null stands for "no state": a run that has none yet, or a nullified transition. */
export type StateSet = ReadonlySet<StateType | null>

export const only = (...types: (StateType | null)[]): StateSet => new Set(types)
export const anyState: StateSet = only(null, ...stateTypes)
export const anyStateBut = (...types: StateType[]): StateSet =>
  new Set([...anyState].filter((type) => type === null || !types.includes(type)))

/** Runs in these have ended. */
export const terminalStates: StateSet = only('COMPLETED', 'CANCELLED', 'FAILED', 'CRASHED')

export interface StateDetails {
  flow_run_id: Uuid | null
  task_run_id: Uuid | null
  /** Of a task run that stands for a subflow: the subflow's run. */
  child_flow_run_id: Uuid | null
  scheduled_time: Timestamp | null
  cache_key: string | null
  cache_expiration: Timestamp | null
  /** The task run waits for a task worker. */
  deferred: boolean | null
  untrackable_result: boolean
  pause_timeout: Timestamp | null
  pause_reschedule: boolean
  pause_key: string | null
  run_input_keyset: Record<string, string> | null
  refresh_cache: boolean | null
  retriable: boolean | null
  transition_id: Uuid | null
  task_parameters_id: Uuid | null
  traceparent: string | null
  /** The lease that holds this run's slot of its deployment's concurrency limit. */
  deployment_concurrency_lease_id: Uuid | null
}

export interface State {
  id: Uuid
  type: StateType
  name: string
  timestamp: Timestamp
  message: string | null
  data: Json
  state_details: StateDetails
}

/** A state before it has an identity and a time. */
export type NewState = Omit<State, 'id' | 'timestamp'>

export const noDetails: Readonly<StateDetails> = {
  flow_run_id: null,
  task_run_id: null,
  child_flow_run_id: null,
  scheduled_time: null,
  cache_key: null,
  cache_expiration: null,
  deferred: false,
  untrackable_result: false,
  pause_timeout: null,
  pause_reschedule: false,
  pause_key: null,
  run_input_keyset: null,
  refresh_cache: null,
  retriable: null,
  transition_id: null,
  task_parameters_id: null,
  traceparent: null,
  deployment_concurrency_lease_id: null,
}

/** What a client may send of a state. */
export interface StateFields {
  name?: string | null
  message?: string | null
  data?: Json
  state_details?: Partial<StateDetails>
}

/** A state of the given type; its name is the type's unless told otherwise. */
export function newState(type: StateType, fields: StateFields = {}): NewState {
  return {
    type,
    name: fields.name ?? defaultStateName(type),
    message: fields.message ?? null,
    data: fields.data ?? null,
    state_details: { ...noDetails, ...fields.state_details },
  }
}

/** Gives a state its identity and its time; a scheduled one without a time is scheduled for now. */
export function stamp(state: NewState, id: Uuid, now: Timestamp): State {
  const { type, name, message, data } = state
  const details = { ...state.state_details }
  if (type === 'SCHEDULED') details.scheduled_time ??= now
  return { id, type, name, timestamp: now, message, data, state_details: details }
}

export const defaultStateName = (type: StateType): string => type.charAt(0) + type.slice(1).toLowerCase()

export const typeOf = (state: State | null): StateType | null => state?.type ?? null
export const isTerminal = (state: State): boolean => terminalStates.has(state.type)

const scheduledAs =
  (name: string) =>
  (at: Timestamp, fields: StateFields = {}): NewState =>
    newState('SCHEDULED', { ...fields, name, state_details: { ...fields.state_details, scheduled_time: at } })

export const Scheduled = scheduledAs('Scheduled')
export const AwaitingRetry = scheduledAs('AwaitingRetry')
export const AwaitingConcurrencySlot = scheduledAs('AwaitingConcurrencySlot')
export const Late = scheduledAs('Late')
export const Resuming = scheduledAs('Resuming')

export const Pending = (fields?: StateFields): NewState => newState('PENDING', fields)
export const Running = (fields?: StateFields): NewState => newState('RUNNING', fields)
export const Completed = (fields?: StateFields): NewState => newState('COMPLETED', fields)
export const Failed = (fields?: StateFields): NewState => newState('FAILED', fields)
export const Cancelled = (fields?: StateFields): NewState => newState('CANCELLED', fields)
export const Cancelling = (fields?: StateFields): NewState => newState('CANCELLING', fields)
export const Crashed = (fields?: StateFields): NewState => newState('CRASHED', fields)
export const Paused = (fields?: StateFields): NewState => newState('PAUSED', fields)
