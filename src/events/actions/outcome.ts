/** The events that tell what became of an action. Pure. */
import type { JsonObject } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { uuid7 } from '../../values/uuid.ts'
import type { TriggeredAction } from '../automations/firing.ts'
import type { Event, ResourceLabels } from '../event.ts'

export interface Outcome {
  /** Null when the action was performed. */
  failure: string | null
  /** What else there is to know of the result. */
  details: JsonObject
  related: ResourceLabels[]
}

/** Events that follow others closely enough are put into their order. */
const tightSeconds = 300

/** `prefect.automation.action.triggered`, and `executed` or `failed`. */
export function outcomeEvents(action: TriggeredAction, { failure, details, related }: Outcome, now: Timestamp): [Event, Event] {
  const { automation, triggered, triggering_event: cause, automation_triggered_event_id: stateChange } = action
  const { trigger } = automation
  const resource: ResourceLabels = {
    'prefect.resource.id': `prefect.automation.${automation.id}`,
    'prefect.resource.name': automation.name,
    'prefect.trigger-type': trigger.type,
    ...(trigger.type === 'event' && { 'prefect.posture': trigger.posture }),
  }
  const event = (id: string, role: string): ResourceLabels => ({
    'prefect.resource.id': `prefect.event.${id}`,
    'prefect.resource.role': role,
  })
  const all = [
    ...related,
    ...(stateChange === null ? [] : [event(stateChange, 'automation-triggered-event')]),
    ...(cause === null ? [] : [event(cause.id, 'triggering-event')]),
  ]
  const payload = { action_index: action.action_index, action_type: action.action.type, invocation: action.id }
  const isClose = cause !== null && Math.abs(triggered.secondsSince(cause.occurred)) < tightSeconds
  const first: Event = {
    id: uuid7(),
    event: 'prefect.automation.action.triggered',
    occurred: triggered,
    received: now,
    resource,
    related: all,
    payload,
    follows: isClose ? cause.id : null,
  }
  const result: Event = {
    id: uuid7(),
    event: `prefect.automation.action.${failure === null ? 'executed' : 'failed'}`,
    occurred: now,
    received: now,
    resource,
    related: all,
    payload: failure === null ? { ...payload, ...details } : { ...payload, reason: failure, ...details },
    follows: first.id,
  }
  return [first, result]
}

/** `prefect.block.<type>.loaded`: a block document was read to be used. */
export function blockLoadedEvent(block: { id: string; name: string; slug: string }, now: Timestamp): Event {
  return {
    id: uuid7(),
    event: `prefect.block.${block.slug}.loaded`,
    occurred: now,
    received: now,
    resource: { 'prefect.resource.id': `prefect.block-document.${block.id}`, 'prefect.resource.name': block.name },
    related: [{ 'prefect.resource.id': `prefect.block-type.${block.slug}`, 'prefect.resource.role': 'block-type' }],
    payload: {},
    follows: null,
  }
}
