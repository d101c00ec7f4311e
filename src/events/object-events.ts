import type { JsonObject } from '../values/json.ts'
import type { Timestamp } from '../values/timestamp.ts'
import { uuid7 } from '../values/uuid.ts'
import type { Event, ResourceLabels } from './event.ts'

export type ObjectAction = 'created' | 'updated' | 'deleted'

export interface ObjectEvent {
  /** `variable`, `flow`, `block-type` …: the kind in the event's name and in the resource's id. */
  kind: string
  action: ObjectAction
  id: string
  name: string | null
  payload: JsonObject
  related?: ResourceLabels[]
}

/** `prefect.<kind>.created|updated|deleted`: what happened to an object, with what a reader needs to know of it. */
export function objectEvent({ kind, action, id, name, payload, related = [] }: ObjectEvent, occurred: Timestamp): Event {
  const resource: ResourceLabels = { 'prefect.resource.id': `prefect.${kind}.${id}` }
  if (name !== null) resource['prefect.resource.name'] = name
  return { id: uuid7(), event: `prefect.${kind}.${action}`, occurred, received: occurred, resource, related, payload, follows: null }
}
