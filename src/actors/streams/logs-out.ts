/** `/logs/out`: live logs that match a filter. There is no backfill: stored logs are read over REST. */
import { LogFilter } from '../../resources/logs/filter.ts'
import { logMatches } from '../../resources/logs/matching.ts'
import { readFilterMessage } from './filter-message.ts'
import type { Conversation, Stream, StreamSocket } from './stream.ts'

export const logsOut: Stream = {
  path: '/logs/out',
  open: (socket, _params, { settings }) => new LogsOut(socket, settings.get('PREFECT_SERVER_LOGS_STREAM_OUT_ENABLED')),
}

class LogsOut implements Conversation {
  readonly #socket: StreamSocket
  readonly #enabled: boolean
  #filter: LogFilter | undefined

  constructor(socket: StreamSocket, enabled: boolean) {
    this.#socket = socket
    this.#enabled = enabled
  }

  message(text: string): void {
    if (this.#filter !== undefined) return
    const first = readFilterMessage(text, LogFilter.schema)
    if ('problem' in first) this.#socket.close(1002, first.problem)
    else this.#filter = first.filter
  }

  news(topic: string, payload: unknown): void {
    if (topic !== 'logs' || !this.#enabled || this.#filter === undefined || !Array.isArray(payload)) return
    for (const log of payload) if (logMatches(log, this.#filter)) this.#socket.send({ type: 'log', log })
  }

  closed(): void {}
}
