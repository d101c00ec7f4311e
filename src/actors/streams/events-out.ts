/**
 * `/events/out`: a client names a filter and gets the events that match, first those that are stored, then live ones. It is
 * subscribed before the backfill is read: an event that comes both ways is sent once.
 */
import type { Event } from '../../events/event.ts'
import { EventFilter } from '../../resources/events/filter.ts'
import { eventMatches } from '../../resources/events/matching.ts'
import { readStoredEvent } from '../../resources/events/stored.ts'
import { isJsonObject } from '../../values/json.ts'
import { Timestamp } from '../../values/timestamp.ts'
import { readFilterMessage } from './filter-message.ts'
import type { Conversation, Stream, StreamContext, StreamSocket } from './stream.ts'

export const eventsOut: Stream = {
  path: '/events/out',
  open: (socket, _params, context) => new EventsOut(socket, context),
}

class EventsOut implements Conversation {
  readonly #socket: StreamSocket
  readonly #context: StreamContext
  #filter: EventFilter | undefined
  /** Live events that wait for the end of the backfill. */
  #held: Event[] | undefined
  #open = true

  constructor(socket: StreamSocket, context: StreamContext) {
    this.#socket = socket
    this.#context = context
  }

  async message(text: string): Promise<void> {
    if (this.#filter !== undefined) return
    const first = readFilterMessage(text, EventFilter)
    if ('problem' in first) return this.#socket.close(1002, first.problem)
    const { filter, message } = first
    const oldest = Timestamp.now().addSeconds(-this.#context.settings.get('PREFECT_SERVER_EVENTS_MAXIMUM_WEBSOCKET_BACKFILL').seconds)
    if (filter.occurred.since.isBefore(oldest)) filter.occurred.since = oldest
    filter.order = 'ASC'
    this.#filter = filter
    if (message.backfill !== false) await this.#backfill(filter)
  }

  news(topic: string, payload: unknown): void {
    if (topic !== 'events' || this.#filter === undefined || !Array.isArray(payload)) return
    for (const json of payload) {
      const event = readStoredEvent(json)
      if (!eventMatches(event, this.#filter)) continue
      if (this.#held) this.#held.push(event)
      else this.#send(event)
    }
  }

  closed(): void {
    this.#open = false
  }

  async #backfill(filter: EventFilter): Promise<void> {
    this.#held = []
    const limit = this.#context.settings.get('PREFECT_SERVER_EVENTS_WEBSOCKET_BACKFILL_PAGE_SIZE')
    const sent = new Set<string>()
    for (let offset = 0; this.#open; offset += limit) {
      const page = await this.#context.call('backfill_events', { filter, limit, offset })
      if (!Array.isArray(page)) break
      for (const event of page) {
        if (isJsonObject(event) && typeof event.id === 'string') sent.add(event.id)
        this.#send(event)
      }
      if (page.length < limit) break
    }
    for (const event of this.#held) if (!sent.has(event.id)) this.#send(event)
    this.#held = undefined
  }

  #send(event: unknown): void {
    this.#socket.send({ type: 'event', event })
  }
}
