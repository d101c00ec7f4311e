/** Reads the JSON column `state_details`; written by any version of either server, so every field may be missing. */
import { isJsonObject, type Json } from '../values/json.ts'
import { Timestamp } from '../values/timestamp.ts'
import { noDetails, type StateDetails } from './states.ts'

/** State details with a value for every field. */
export function readStateDetails(column: Json): StateDetails {
  const json = isJsonObject(column) ? column : {}
  const text = (key: string) => (typeof json[key] === 'string' ? json[key] : null)
  const flag = (key: string) => (typeof json[key] === 'boolean' ? json[key] : null)
  const instant = (key: string) => readInstant(json[key])
  return {
    flow_run_id: text('flow_run_id'),
    task_run_id: text('task_run_id'),
    child_flow_run_id: text('child_flow_run_id'),
    scheduled_time: instant('scheduled_time'),
    cache_key: text('cache_key'),
    cache_expiration: instant('cache_expiration'),
    deferred: 'deferred' in json ? flag('deferred') : noDetails.deferred,
    untrackable_result: flag('untrackable_result') ?? false,
    pause_timeout: instant('pause_timeout'),
    pause_reschedule: flag('pause_reschedule') ?? false,
    pause_key: text('pause_key'),
    run_input_keyset: readKeyset(json['run_input_keyset']),
    refresh_cache: flag('refresh_cache'),
    retriable: flag('retriable'),
    transition_id: text('transition_id'),
    task_parameters_id: text('task_parameters_id'),
    traceparent: text('traceparent'),
    deployment_concurrency_lease_id: text('deployment_concurrency_lease_id'),
  }
}

function readKeyset(json: Json | undefined): Record<string, string> | null {
  if (json === undefined || !isJsonObject(json)) return null
  return Object.fromEntries(Object.entries(json).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

const isoInstant = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?(Z|[+-]\d\d:?\d\d)?$/

function readInstant(json: Json | undefined): Timestamp | null {
  const match = typeof json === 'string' ? isoInstant.exec(json) : null
  if (match === null) return null
  const [, date, time, fraction = '', zone = 'Z'] = match
  const microseconds = fraction.padEnd(6, '0')
  if (zone === 'Z' || /^[+-]00:?00$/.test(zone)) return Timestamp.fromCanonical(`${date}T${time}.${microseconds}Z`)
  const instant = Timestamp.fromMicroseconds(Date.parse(`${date}T${time}${zone}`) * 1000 + Number(microseconds))
  return instant.shownAt(offsetOf(zone))
}

function offsetOf(zone: string): number {
  const seconds = (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) * 60
  return zone.startsWith('-') ? -seconds : seconds
}
