/** Whether an event is what a filter asks for: the streams' side of `filter.ts`. */
import type { Event, ResourceLabels } from '../../events/event.ts'
import { labelsMatch, listOf } from '../../events/resource-specification.ts'
import { matchesTextSearch, parseTextSearch } from '../filtering/text-search.ts'
import type { EventAnyResourceFilter, EventFilter } from './filter.ts'

/** True when the event matches. Related resources are not looked at, as in the reference's stream. */
export function eventMatches(event: Event, filter: EventFilter): boolean {
  const { occurred, id, text } = filter
  if (event.occurred.isBefore(occurred.since) || event.occurred.isAfter(occurred.until)) return false
  if (!nameMatches(event.event, filter) || !resourceMatches(event.resource, filter)) return false
  const resources = [event.resource, ...event.related]
  if (!listOf(filter.any_resource).every((any) => resources.some((labels) => anyMatches(labels, any)))) return false
  if (id.id?.length && !id.id.includes(event.id)) return false
  return text === null || matchesTextSearch(parseTextSearch(text.query), searchedText(event))
}

function nameMatches(name: string, { event }: EventFilter): boolean {
  if (event === null) return true
  const { prefix, exclude_prefix, name: names, exclude_name } = event
  if (prefix?.length && !prefix.some((start) => name.startsWith(start))) return false
  if (exclude_prefix?.length && exclude_prefix.some((start) => name.startsWith(start))) return false
  if (names?.length && !names.includes(name)) return false
  return !exclude_name?.includes(name)
}

function resourceMatches(labels: ResourceLabels, { resource }: EventFilter): boolean {
  return resource === null || anyMatches(labels, resource)
}

function anyMatches(labels: ResourceLabels, { id, id_prefix, labels: specification }: EventAnyResourceFilter): boolean {
  const resourceId = labels['prefect.resource.id'] ?? ''
  if (id?.length && !id.includes(resourceId)) return false
  if (id_prefix?.length && !id_prefix.some((prefix) => resourceId.startsWith(prefix))) return false
  return specification === null || labelsMatch(labels, specification)
}

function searchedText(event: Event): string {
  const values = [event.resource, ...event.related].flatMap((labels) => Object.values(labels))
  return [event.event, ...values, JSON.stringify(event.payload)].join(' ')
}
