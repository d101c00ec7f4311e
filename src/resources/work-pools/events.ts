/** `prefect.work-pool.*`: what happened to a work pool. */
import type { Event, ResourceLabels } from '../../events/event.ts'
import type { JsonObject } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { type Uuid, uuid7 } from '../../values/uuid.ts'
import type { Status, WorkPoolRow } from './queries.ts'

type Pool = Pick<WorkPoolRow, 'id' | 'name' | 'type'>

/** From this time on a status event does not follow the one before. */
const followsWithinSeconds = 10 * 60

/** The pool as a resource; as a related one, too, it has the role `work-pool`. */
export function workPoolResource(pool: Pool): ResourceLabels {
  return { ...namedResource(pool), 'prefect.resource.role': 'work-pool' }
}

function namedResource({ id, name, type }: Pool): ResourceLabels {
  return { 'prefect.resource.id': `prefect.work-pool.${id}`, 'prefect.resource.name': name, 'prefect.work-pool.type': type }
}

export function workPoolCreatedEvent(pool: WorkPoolRow, occurred: Timestamp): Event {
  return event('created', workPoolResource(pool), occurred, { related: defaultQueue(pool) })
}

export function workPoolDeletedEvent(pool: WorkPoolRow, occurred: Timestamp): Event {
  return event('deleted', workPoolResource(pool), occurred, { related: [...defaultQueue(pool), ...resultStorage(pool)] })
}

/** `updates`: what changed, as `{field: {from, to}}`. */
export function workPoolUpdatedEvent(pool: Pool, updates: JsonObject, occurred: Timestamp): Event {
  return event('updated', workPoolResource(pool), occurred, { payload: { updated_fields: Object.keys(updates), updates } })
}

/** `before` is the pool as it was: its last event of this kind, when that is not long ago, is what this one follows. */
export function workPoolStatusEvent(pool: Pool, status: Status, before: WorkPoolRow | null, occurred: Timestamp, id = uuid7()): Event {
  const follows = before === null ? null : recentStatusEvent(before, occurred)
  return { ...event(statusName(status), namedResource(pool), occurred), id, follows }
}

/** `not-ready` for NOT_READY. */
export const statusName = (status: Status): string => status.toLowerCase().replaceAll('_', '-')

function recentStatusEvent({ last_transitioned_status_at: at, last_status_event_id: id }: WorkPoolRow, now: Timestamp): Uuid | null {
  return at !== null && now.secondsSince(at) < followsWithinSeconds ? id : null
}

function defaultQueue({ default_queue_id: id }: WorkPoolRow): ResourceLabels[] {
  return id === null ? [] : [{ 'prefect.resource.id': `prefect.work-queue.${id}`, 'prefect.resource.role': 'default-queue' }]
}

function resultStorage({ storage_configuration: { default_result_storage_block_id: id } }: WorkPoolRow): ResourceLabels[] {
  return typeof id !== 'string'
    ? []
    : [{ 'prefect.resource.id': `prefect.block-document.${id}`, 'prefect.resource.role': 'result-storage' }]
}

function event(
  what: string,
  resource: ResourceLabels,
  occurred: Timestamp,
  { related = [], payload = {} }: { related?: ResourceLabels[]; payload?: JsonObject } = {},
): Event {
  return { id: uuid7(), event: `prefect.work-pool.${what}`, occurred, received: occurred, resource, related, payload, follows: null }
}
