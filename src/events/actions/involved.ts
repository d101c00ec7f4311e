/** What an event or its labels say about the objects that an action is for. Pure. */
import { isUuid, type Uuid } from '../../values/uuid.ts'
import type { TriggeredAction } from '../automations/firing.ts'
import type { Event, ResourceLabels } from '../event.ts'
import { ActionFailed } from './failed.ts'

/** `prefect.flow-run.<id>` → the kind and the id behind the last dot. */
export function splitResourceId(resource: string): readonly [kind: string, id: string] {
  const dot = resource.lastIndexOf('.')
  return [resource.slice(0, Math.max(0, dot)), resource.slice(dot + 1)]
}

/** The first of the event's resources that is of the kind. */
export function firstResourceOfKind({ resource, related }: Event, kind: string): ResourceLabels | null {
  return [resource, ...related].find((each) => splitResourceId(each['prefect.resource.id'] ?? '')[0] === kind) ?? null
}

export function uuidOf(resource: string, kind: string): Uuid | null {
  const [its, text] = splitResourceId(resource)
  const id = text.toLowerCase()
  return its === kind && isUuid(id) ? id : null
}

/** The object that the action names, or that the event is about. */
export function selectedOrInferred(
  { source, id }: { source: 'selected' | 'inferred'; id: Uuid | null },
  { triggering_event: event }: TriggeredAction,
  { kind, words }: { kind: string; words: string },
): Uuid {
  if (source === 'selected' && id !== null) return id
  if (event === null) throw new ActionFailed(`No event to infer the ${words}`)
  const resource = firstResourceOfKind(event, kind)
  const found = resource === null ? null : uuidOf(resource['prefect.resource.id'] ?? '', kind)
  if (found === null) throw new ActionFailed(`No ${words} could be inferred`)
  return found
}

/** The flow run of the labels that the trigger counts by, else of the event. */
export function flowRunOf({ triggering_labels: labels, triggering_event: event }: TriggeredAction): Uuid {
  const kind = 'prefect.flow-run'
  const label = labels['prefect.resource.id']
  const counted = label === undefined ? null : uuidOf(label, kind)
  if (counted !== null) return counted
  const resource = event === null ? null : firstResourceOfKind(event, kind)
  const found = resource === null ? null : uuidOf(resource['prefect.resource.id'] ?? '', kind)
  if (found === null) throw new ActionFailed('No flow run could be inferred')
  return found
}
