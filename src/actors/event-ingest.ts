/**
 * Events that arrive on websockets, on their way into the mailbox. A client is told nothing and forgets an event once the
 * socket took it; so what a socket has sent is bounded while it is not committed, and past the bound the socket is closed
 * with 1013 (try again later): what arrived still commits, and the client sends the rest to its next connection.
 *
 * A socket has one batch under way at a time, so its events keep their order; what arrives meanwhile is the next batch.
 */
import { operations } from '../resources/index.ts'
import type { Dispatcher } from './dispatcher.ts'

const uncommittedLimit = 4 * 1024 * 1024
const batchLimit = 500
const retryMilliseconds = 50

/** A socket as this side needs it. */
export interface IngestSocket {
  close(code: number, reason: string): void
}

interface Inflow {
  socket: IngestSocket
  waiting: string[]
  bytes: number
  busy: boolean
  refused: boolean
}

export class EventIngest {
  readonly #dispatcher: Dispatcher
  readonly #operation = operations.findIndex((operation) => operation.name === 'ingest_events')
  readonly #inflows = new Set<Inflow>()
  #idle: (() => void)[] = []

  constructor(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher
  }

  /** A socket that has passed the handshake; gives the function that takes its messages. */
  open(socket: IngestSocket): (text: string) => void {
    const inflow: Inflow = { socket, waiting: [], bytes: 0, busy: false, refused: false }
    return (text) => {
      if (inflow.refused) return
      inflow.waiting.push(text)
      inflow.bytes += text.length
      this.#inflows.add(inflow)
      if (inflow.bytes > uncommittedLimit) {
        inflow.refused = true
        socket.close(1013, 'Try again later')
      }
      if (!inflow.busy) this.#send(inflow, batchLimit)
    }
  }

  /** Resolves when everything that arrived is committed. */
  async drained(): Promise<void> {
    if (this.#inflows.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  #send(inflow: Inflow, limit: number): void {
    const batch = inflow.waiting.slice(0, limit)
    const body = Buffer.from(`[${batch.join(',')}]`)
    const request = { operation: this.#operation, params: [], query: '', headers: {}, body }
    inflow.busy = true
    const accepted = this.#dispatcher.submit(request, (reply) => {
      if (reply.status === 503) return void setTimeout(() => this.#send(inflow, limit), retryMilliseconds)
      // One bad event spoils its batch: find it by sending one at a time. It ends the socket, as in the reference.
      if (reply.status >= 400 && batch.length > 1) return this.#send(inflow, 1)
      if (reply.status >= 400) {
        inflow.socket.close(1011, '')
        inflow.waiting.length = 0
        inflow.refused = true
      }
      inflow.waiting.splice(0, batch.length)
      for (const text of batch) inflow.bytes -= text.length
      if (inflow.waiting.length > 0) return this.#send(inflow, limit)
      inflow.busy = false
      this.#inflows.delete(inflow)
      if (this.#inflows.size === 0) for (const resolve of this.#idle.splice(0)) resolve()
    })
    if (accepted === undefined) setTimeout(() => this.#send(inflow, limit), retryMilliseconds)
  }
}
