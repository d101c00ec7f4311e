/** `prefect.work-queue.*`: what happened to a work queue. Its pool is a related resource. */
import type { Event, ResourceLabels } from '../../events/event.ts'
import type { JsonObject } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { uuid7 } from '../../values/uuid.ts'
import { statusName, workPoolResource } from '../work-pools/events.ts'
import type { Status, WorkPoolRow } from '../work-pools/queries.ts'
import type { WorkQueueRow } from './queries.ts'

type Queue = Pick<WorkQueueRow, 'id' | 'name'>
type Pool = Pick<WorkPoolRow, 'id' | 'name' | 'type'>

export function workQueueEvent(what: string, { id, name }: Queue, pool: Pool, occurred: Timestamp, payload: JsonObject = {}): Event {
  const resource: ResourceLabels = {
    'prefect.resource.id': `prefect.work-queue.${id}`,
    'prefect.resource.name': name,
    'prefect.resource.role': 'work-queue',
  }
  const related = [workPoolResource(pool)]
  return { id: uuid7(), event: `prefect.work-queue.${what}`, occurred, received: occurred, resource, related, payload, follows: null }
}

export const workQueueStatusEvent = (queue: Queue, status: Status, pool: Pool, occurred: Timestamp): Event =>
  workQueueEvent(statusName(status), queue, pool, occurred)

/** `updates`: what changed, as `{field: {from, to}}`. */
export const workQueueUpdatedEvent = (queue: Queue, updates: JsonObject, pool: Pool, occurred: Timestamp): Event =>
  workQueueEvent('updated', queue, pool, occurred, { updated_fields: Object.keys(updates), updates })
