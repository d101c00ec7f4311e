/** Triggers made of triggers, as functions from the firings of their children to a firing of their own. Pure. */
import type { Timestamp } from '../../values/timestamp.ts'
import { uuid7 } from '../../values/uuid.ts'
import type { Firing } from '../automations/firing.ts'
import type { CompositeTrigger, EventTrigger, Trigger } from '../automations/triggers.ts'
import type { FiringFacts } from './bucket.ts'

/** What remains of the children's firings, at most one for each child, and the trigger's own firing if there is one. */
export interface CompositeEvaluation {
  children: readonly Firing[]
  fired: Firing | null
}

/** A child of `trigger` has fired. */
export function evaluateComposite(
  trigger: CompositeTrigger,
  children: readonly Firing[],
  firing: Firing,
  clock: () => Timestamp,
): CompositeEvaluation {
  if (expectedFirings(trigger) === 1) return { children, fired: compositeFiring(trigger, [firing], firing, clock) }
  const horizon = trigger.within === null ? null : firing.triggered.addMicroseconds(-trigger.within.microseconds)
  const recent = children.filter((child) => horizon === null || !child.triggered.isBefore(horizon))
  const current = [...recent.filter((child) => child.trigger.id !== firing.trigger.id), firing]
  if (!isReady(trigger, current)) return { children: current, fired: null }
  return { children: [], fired: compositeFiring(trigger, current, firing, clock) }
}

function expectedFirings(trigger: CompositeTrigger): number {
  if (trigger.type === 'sequence' || trigger.require === 'all') return trigger.triggers.length
  return trigger.require === 'any' ? 1 : trigger.require
}

function isReady(trigger: CompositeTrigger, firings: readonly Firing[]): boolean {
  if (trigger.type === 'compound') return firings.length >= expectedFirings(trigger)
  const inOrder = firings.toSorted((a, b) => (a.triggered.text < b.triggered.text ? -1 : Number(a.triggered.text > b.triggered.text)))
  return inOrder.length === trigger.triggers.length && trigger.triggers.every((child, index) => child.id === inOrder[index]?.trigger.id)
}

/** The firing of a trigger of events. */
export function eventFiring(trigger: EventTrigger, facts: FiringFacts, clock: () => Timestamp): Firing {
  return { ...emptyFiring(trigger, clock), ...facts }
}

function compositeFiring(trigger: CompositeTrigger, children: readonly Firing[], last: Firing, clock: () => Timestamp): Firing {
  return { ...emptyFiring(trigger, clock), triggering_firings: [...children], triggering_event: last.triggering_event }
}

function emptyFiring(trigger: Trigger, clock: () => Timestamp): Firing {
  return {
    id: uuid7(),
    trigger,
    trigger_states: ['Triggered'],
    triggered: clock(),
    triggering_labels: {},
    triggering_firings: [],
    triggering_event: null,
    triggering_value: null,
  }
}
