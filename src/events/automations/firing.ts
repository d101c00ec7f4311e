/** What comes of a trigger that fires: the firing, and the actions that it asks for. */
import type { Infer, Schema } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import type { Json } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { type Uuid, uuid7 } from '../../values/uuid.ts'
import type { Event } from '../event.ts'
import { Action } from './actions.ts'
import { Automation } from './automation.ts'
import { Trigger } from './triggers.ts'

export type TriggerState = 'Triggered' | 'Resolved'

/** One firing of a trigger. */
export interface Firing {
  id: Uuid
  trigger: Trigger
  trigger_states: TriggerState[]
  /** When the trigger fired, by the server's clock. */
  triggered: Timestamp
  /** The values of the trigger's `for_each`. */
  triggering_labels: Record<string, string>
  /** The firings of the triggers within a composite one. */
  triggering_firings: Firing[]
  triggering_event: Event | null
  triggering_value: Json
}

/** An action that is to be performed: one row of `server_triggered_action`. */
export type TriggeredAction = Infer<typeof TriggeredAction>

const labels = s.dict(s.string())

/** An event that this server has received; labels and lengths were checked then. */
export const ReceivedEvent: Schema<Event> = s.model('ReceivedEvent', {
  occurred: s.datetime(),
  event: s.string(),
  resource: labels,
  related: s.optional(s.list(labels), () => []),
  payload: s.optional(s.dict(), () => ({})),
  id: s.uuid(),
  follows: s.optional(s.nullable(s.uuid()), null),
  received: s.datetime(),
})

export const Firing: Schema<Firing> = s.model('Firing', {
  id: s.optional(s.uuid(), uuid7),
  trigger: Trigger,
  trigger_states: s.set(s.enumeration('TriggerState', ['Triggered', 'Resolved'])),
  triggered: s.datetime(),
  triggering_labels: s.optional(labels, () => ({})),
  triggering_firings: s.optional(s.list(s.lazy((): Schema<Firing> => Firing)), () => []),
  triggering_event: s.optional(s.nullable(ReceivedEvent), null),
  triggering_value: s.optional(s.any(), null),
})

export const TriggeredAction = s.model('TriggeredAction', {
  automation: Automation,
  /** One invocation: the action's events carry it, and what it does is done once for it. */
  id: s.optional(s.uuid(), uuid7),
  firing: s.optional(s.nullable(Firing), null),
  triggered: s.datetime(),
  triggering_labels: labels,
  triggering_event: s.nullable(ReceivedEvent),
  action: Action,
  action_index: s.optional(s.integer(), 0),
  /** The event `prefect.automation.triggered` (or resolved) that the action's own events refer to. */
  automation_triggered_event_id: s.optional(s.nullable(s.uuid()), null),
})

/** Makes what an action does happen once, however often it is tried. */
export function idempotencyKey({ automation, action_index, id }: TriggeredAction): string {
  return `automation ${automation.id}, action ${action_index}, invocation ${id}`
}

/** The firing and all firings that led to it. */
export function allFirings(firing: Firing | null): Firing[] {
  return firing === null ? [] : [firing, ...firing.triggering_firings.flatMap(allFirings)]
}

/** The events of the firing and of all firings that led to it. */
export function allEvents(firing: Firing | null): Event[] {
  return allFirings(firing).flatMap(({ triggering_event }) => (triggering_event === null ? [] : [triggering_event]))
}
