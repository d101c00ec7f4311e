import * as s from '../../schema/index.ts'
import { limits } from '../limits.ts'

type Labels = Record<string, string>

/** Labels of a resource; the first that is missing is what the client is told. */
export const Resource = s.check(s.check(s.dict(s.string()), tooManyLabels), (labels: Labels) => missingLabel(labels, 'Resources', 'id'))

export const RelatedResource = s.check(Resource, (labels: Labels) => missingLabel(labels, 'Related Resources', 'role'))

function tooManyLabels(labels: Labels): string | null {
  const most = limits.labelsPerResource
  return Object.keys(labels).length > most ? `The maximum number of labels per resource is ${most}` : null
}

function missingLabel(labels: Labels, subject: string, label: 'id' | 'role'): string | null {
  const name = `prefect.resource.${label}`
  const value = labels[name]
  if (value === undefined) return `${subject} must include the ${name} label`
  return value === '' ? `The ${name} label must be non-empty` : null
}

/** An event as clients send it. */
export const EventModel = s.model('Event', {
  occurred: s.datetime(),
  event: s.check(s.string(), (name) =>
    Array.from(name).length > limits.eventNameLength ? `Event name must be at most ${limits.eventNameLength} characters` : null,
  ),
  resource: Resource,
  related: s.optional(
    s.check(s.list(RelatedResource), (related) =>
      related.length > limits.relatedResources ? `The maximum number of related resources is ${limits.relatedResources}` : null,
    ),
    () => [],
  ),
  payload: s.optional(s.dict(), () => ({})),
  id: s.uuid(),
  follows: s.optional(s.nullable(s.uuid()), null),
})

export const Events = s.list(EventModel)
