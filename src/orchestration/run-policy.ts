/** The JSON column `empirical_policy`: how a run retries, and what a flow run remembers of its pauses. */
import { isJsonObject, isRawNumber, type Json, type JsonObject, toNumber } from '../values/json.ts'

export interface FlowRunPolicy {
  retries: number | null
  retry_delay: number | null
  pause_keys: readonly string[]
  resuming: boolean
}

export interface TaskRunPolicy {
  retries: number | null
  retry_delay: number | readonly number[] | null
  retry_jitter_factor: number | null
}

export function flowRunPolicy(column: Json): FlowRunPolicy {
  const json = complete(column)
  const { pause_keys: keys } = json
  return {
    retries: numberIn(json['retries']),
    retry_delay: numberIn(json['retry_delay']),
    pause_keys: Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [],
    resuming: json['resuming'] === true,
  }
}

export function taskRunPolicy(column: Json): TaskRunPolicy {
  const json = complete(column)
  const delay = json['retry_delay']
  return {
    retries: numberIn(json['retries']),
    retry_delay: Array.isArray(delay) ? delay.map((each) => numberIn(each) ?? 0) : numberIn(delay),
    retry_jitter_factor: numberIn(json['retry_jitter_factor']),
  }
}

/** A flow run's policy with some fields changed, complete as the reference stores it. */
export function changedFlowRunPolicy(
  column: Json,
  changes: { pause_keys?: readonly string[]; resuming?: boolean; retry_type?: 'in_process' | 'reschedule' | null },
): JsonObject {
  const { pause_keys: keys, ...others } = changes
  const defaults: JsonObject = { max_retries: 0, retry_delay_seconds: 0, retries: null, retry_delay: null, pause_keys: [], resuming: false }
  return { ...defaults, retry_type: null, ...complete(column), ...others, ...(keys && { pause_keys: [...keys] }) }
}

/** The old names of two fields still count where the new ones say nothing. */
function complete(column: Json): JsonObject {
  const json = isJsonObject(column) ? { ...column } : {}
  if (!numberIn(json['retries']) && numberIn(json['max_retries'])) json['retries'] = json['max_retries'] ?? null
  const delay = json['retry_delay']
  const hasDelay = Array.isArray(delay) ? delay.length > 0 : Boolean(numberIn(delay))
  if (!hasDelay && numberIn(json['retry_delay_seconds'])) json['retry_delay'] = json['retry_delay_seconds'] ?? null
  return json
}

function numberIn(json: Json | undefined): number | null {
  return typeof json === 'number' || (json !== undefined && isRawNumber(json)) ? toNumber(json) : null
}
