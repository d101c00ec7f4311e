/** Whether an event is of interest to a trigger, and to which of its buckets it belongs. Pure. */
import type { EventTrigger } from '../automations/triggers.ts'
import type { Event } from '../event.ts'
import { matchesGlob, matchesPattern } from '../patterns.ts'
import { includesMatch, listOf } from '../resource-specification.ts'

/**
 * An event is covered when its name fits one of the names wholly and, as the reference has it, begins with what one of them
 * says when `*` stands for one character at least; and when its resources are those that are asked for.
 */
export function covers(trigger: EventTrigger, event: Event): boolean {
  if (!indexedNames(trigger).some((pattern) => matchesGlob(pattern, event.event))) return false
  if (!beginning(trigger).test(event.event)) return false
  if (!includesMatch([event.resource], trigger.match)) return false
  return listOf(trigger.match_related).every((specification) => includesMatch(event.related, specification))
}

/** The names by which a trigger is found; one that expects nothing in particular is interested in everything. */
export function indexedNames({ expect, after }: EventTrigger): string[] {
  return expect.length === 0 ? ['*'] : [...new Set([...expect, ...after])]
}

const beginnings = new WeakMap<EventTrigger, RegExp>()

function beginning(trigger: EventTrigger): RegExp {
  let expression = beginnings.get(trigger)
  if (expression === undefined) {
    const patterns = trigger.expect.length === 0 ? ['*'] : indexedNames(trigger)
    const alternatives = patterns.map((pattern) => pattern.split('*').map(escaped).join('[^\\n]+'))
    expression = new RegExp(`^(?:${alternatives.join('|')})`, 'u')
    beginnings.set(trigger, expression)
  }
  return expression
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** Whether a bucket of the trigger starts with the event. */
export const startsAfter = ({ after }: EventTrigger, name: string): boolean => after.some((pattern) => matchesPattern(pattern, name))

/** Whether the event counts. */
export const expects = ({ expect }: EventTrigger, name: string): boolean =>
  expect.length === 0 || expect.some((pattern) => matchesPattern(pattern, name))

/** The labels of `for_each`, in the order of the key's values. */
export const keyLabels = ({ for_each }: EventTrigger): string[] => for_each.toSorted()

/** The event's values of the labels in `for_each`: each combination has a bucket of its own. */
export function bucketingKey(trigger: EventTrigger, event: Event): string[] {
  return keyLabels(trigger).map((label) => findLabel(event, label) ?? '')
}

const relatedLabel = /^related:(.*):([^:]*)$/s

/** A label of the resource, or with `related:<role>:<label>` of the first related resource in that role. */
export function findLabel({ resource, related }: Event, label: string): string | undefined {
  const [, role, name] = relatedLabel.exec(label) ?? []
  const found = role === undefined ? undefined : related.find((labels) => labels['prefect.resource.role'] === role)
  return found === undefined || name === undefined ? resource[label] : found[name]
}
