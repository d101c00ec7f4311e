/** What follows when an automation's trigger fires: the event that tells of it, and the actions to perform. Pure. */
import type { JsonObject } from '../../values/json.ts'
import { uuid7 } from '../../values/uuid.ts'
import type { Automation } from '../automations/automation.ts'
import type { Firing, TriggeredAction, TriggerState } from '../automations/firing.ts'
import type { Event, ResourceLabels } from '../event.ts'

export interface Consequences {
  events: Event[]
  actions: TriggeredAction[]
}

/** The consequences of a firing of the automation's own trigger. */
export function consequencesOf(automation: Automation, firing: Firing): Consequences {
  const states = (['Triggered', 'Resolved'] as const).filter((state) => firing.trigger_states.includes(state))
  const events = new Map(states.map((state) => [state, stateChangeEvent(automation, firing, state)]))
  const triggered = events.get('Triggered')
  const resolved = events.get('Resolved')
  const primary = triggered ?? resolved
  const causes = [
    ...automation.actions.map((action) => ({ action, event: firing.triggering_event, stateChange: primary })),
    ...(triggered ? automation.actions_on_trigger.map((action) => ({ action, event: triggered, stateChange: triggered })) : []),
    ...(resolved ? automation.actions_on_resolve.map((action) => ({ action, event: resolved, stateChange: resolved })) : []),
  ]
  const actions = causes.map(
    ({ action, event, stateChange }, index): TriggeredAction => ({
      automation,
      id: uuid7(),
      firing,
      triggered: firing.triggered,
      triggering_labels: firing.triggering_labels,
      triggering_event: event,
      action,
      action_index: index,
      automation_triggered_event_id: stateChange?.id ?? null,
    }),
  )
  return { events: [...events.values()], actions }
}

/** `prefect.automation.triggered` or `resolved`. */
function stateChangeEvent({ id, name }: Automation, firing: Firing, state: TriggerState): Event {
  const { trigger, triggering_event: cause, triggering_labels } = firing
  const resource: ResourceLabels = { 'prefect.resource.id': `prefect.automation.${id}`, 'prefect.resource.name': name }
  if (trigger.type === 'event') resource['prefect.posture'] = trigger.posture
  const related =
    cause === null ? [] : [{ 'prefect.resource.id': `prefect.event.${cause.id}`, 'prefect.resource.role': 'triggering-event' }]
  return {
    id: uuid7(),
    event: `prefect.automation.${state.toLowerCase()}`,
    occurred: firing.triggered,
    received: firing.triggered,
    resource,
    related,
    payload: { triggering_labels, triggering_event: cause === null ? null : eventJson(cause) },
    follows: null,
  }
}

function eventJson({ occurred, event, resource, related, payload, id, follows, received }: Event): JsonObject {
  return { occurred: occurred.toJSON(), event, resource, related, payload, id, follows, received: received.toJSON() }
}
