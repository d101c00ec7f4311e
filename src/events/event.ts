import type { JsonObject } from '../values/json.ts'
import type { Timestamp } from '../values/timestamp.ts'
import type { Uuid } from '../values/uuid.ts'

/** Labels of a resource; `prefect.resource.id` is always there, related ones have a `prefect.resource.role` too. */
export type ResourceLabels = Record<string, string>

/** An event as clients send it and as `/events/filter` gives it, plus the time it was received. */
export interface Event {
  id: Uuid
  /** Dotted name: `prefect.flow-run.Completed`. */
  event: string
  occurred: Timestamp
  received: Timestamp
  resource: ResourceLabels
  related: ResourceLabels[]
  payload: JsonObject
  /** The event that this one follows, for causal ordering. */
  follows: Uuid | null
}
