/**
 * Polls of work queues, on their way into the database. Polling is a read; that it happened is noted for all queues together,
 * at most once a second however many workers poll. A note that a pod takes with it when it dies is made by the next poll.
 */
import { log } from '../logging/log.ts'
import { operations } from '../resources/index.ts'
import type { Dispatcher } from './dispatcher.ts'

const intervalMilliseconds = 1000
/** Polls within this time are noted together, even the first. */
const gatherMilliseconds = 20

export class Polls {
  readonly #dispatcher: Dispatcher
  readonly #operation = operations.findIndex(({ name }) => name === 'mark_queues_polled')
  #queues = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #lastNote = Number.NEGATIVE_INFINITY
  #busy = false
  #closed = false
  #idle: (() => void)[] = []

  constructor(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher
  }

  /** Somebody polled these queues. */
  add(queues: readonly string[]): void {
    for (const queue of queues) this.#queues.add(queue)
    this.#schedule()
  }

  /** Notes what is left; resolves when it is in the database, or cannot be. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    if (!this.#busy && this.#queues.size > 0) this.#note()
    if (this.#busy) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  #schedule(): void {
    if (this.#closed || this.#busy || this.#timer !== undefined || this.#queues.size === 0) return
    const rest = this.#lastNote + intervalMilliseconds - performance.now()
    this.#timer = setTimeout(() => this.#note(), Math.max(gatherMilliseconds, rest))
  }

  #note(): void {
    const queues = this.#queues
    this.#queues = new Set()
    this.#timer = undefined
    this.#lastNote = performance.now()
    const body = Buffer.from(JSON.stringify({ queue_ids: [...queues] }))
    const request = { operation: this.#operation, params: [], query: '', headers: {}, body }
    this.#busy = true
    if (this.#dispatcher.submit(request, ({ status }) => this.#noted(queues, status)) === undefined) this.#noted(queues, 503)
  }

  #noted(queues: Set<string>, status: number): void {
    this.#busy = false
    if (status >= 300) log.warn({ status, queues: queues.size }, 'polls of work queues could not be noted')
    // Certainly not committed: once more, with the next ones.
    if (status === 503) for (const queue of queues) this.#queues.add(queue)
    for (const resolve of this.#idle.splice(0)) resolve()
    this.#schedule()
  }
}
