/**
 * Polls of work queues or of deployments, on their way into the database. Polling is a read; that it happened is noted for
 * all of them together, at most once a second however many poll. A note that a pod takes with it when it dies is made by the next poll.
 */
import { log } from '../logging/log.ts'
import { operations } from '../resources/index.ts'
import type { Dispatcher } from './dispatcher.ts'

const intervalMilliseconds = 1000
/** Polls within this time are noted together, even the first. */
const gatherMilliseconds = 20

export class Polls {
  readonly #dispatcher: Dispatcher
  readonly #operation: number
  readonly #parameter: string
  #polled = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #lastNote = Number.NEGATIVE_INFINITY
  #busy = false
  #closed = false
  #idle: (() => void)[] = []

  /** `operation` makes the note; it takes the ids of what was polled as `parameter`. */
  constructor(dispatcher: Dispatcher, operation: string, parameter: string) {
    this.#dispatcher = dispatcher
    this.#operation = operations.findIndex(({ name }) => name === operation)
    this.#parameter = parameter
  }

  /** Somebody polled these. */
  add(ids: readonly string[]): void {
    for (const id of ids) this.#polled.add(id)
    this.#schedule()
  }

  /** Notes what is left; resolves when it is in the database, or cannot be. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    if (!this.#busy && this.#polled.size > 0) this.#note()
    if (this.#busy) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  #schedule(): void {
    if (this.#closed || this.#busy || this.#timer !== undefined || this.#polled.size === 0) return
    const rest = this.#lastNote + intervalMilliseconds - performance.now()
    this.#timer = setTimeout(() => this.#note(), Math.max(gatherMilliseconds, rest))
  }

  #note(): void {
    const polled = this.#polled
    this.#polled = new Set()
    this.#timer = undefined
    this.#lastNote = performance.now()
    const body = Buffer.from(JSON.stringify({ [this.#parameter]: [...polled] }))
    const request = { operation: this.#operation, params: [], query: '', headers: {}, body }
    this.#busy = true
    if (this.#dispatcher.submit(request, ({ status }) => this.#noted(polled, status)) === undefined) this.#noted(polled, 503)
  }

  #noted(polled: Set<string>, status: number): void {
    this.#busy = false
    if (status >= 300) log.warn({ status, [this.#parameter]: polled.size }, 'polls could not be noted')
    // Certainly not committed: once more, with the next ones.
    if (status === 503) for (const id of polled) this.#polled.add(id)
    for (const resolve of this.#idle.splice(0)) resolve()
    this.#schedule()
  }
}
