/** Events on their way through the outbox and the broker: JSON that this server wrote itself. */
import type { Event } from '../../events/event.ts'
import { Timestamp } from '../../values/timestamp.ts'

type StoredEvent = Omit<Event, 'occurred' | 'received'> & { occurred: string; received: string }

/** Reads an event back as it was written. */
export function readStoredEvent(json: unknown): Event {
  const event = json as StoredEvent
  return { ...event, occurred: readInstant(event.occurred), received: readInstant(event.received) }
}

/** An instant as Timestamp writes it: with six digits, or none. */
function readInstant(text: string): Timestamp {
  return Timestamp.fromCanonical(text.length === 20 ? `${text.slice(0, 19)}.000000Z` : text)
}
