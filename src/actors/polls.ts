/**
 * Polls of work queues or of deployments, on their way into the database. Polling is a read; that it happened is noted for many
 * of them together, and for each at most once a second however many poll. A note that a pod takes with it when it dies is made
 * by the next poll.
 */
import { log } from '../logging/log.ts'
import { operations } from '../resources/index.ts'
import type { Dispatcher } from './dispatcher.ts'

const intervalMilliseconds = 1000
/** Polls within this time are noted together, even the first ones. */
const gatherMilliseconds = 2

export class Polls {
  readonly #dispatcher: Dispatcher
  readonly #operation: number
  readonly #parameter: string
  /** What was polled, and when that may be noted. */
  readonly #waiting = new Map<string, number>()
  /** Until when something needs no other note. */
  readonly #rests = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #timerEnds = Number.POSITIVE_INFINITY
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
    const soon = performance.now() + gatherMilliseconds
    for (const id of ids) {
      if (!this.#waiting.has(id)) this.#waiting.set(id, Math.max(soon, this.#rests.get(id) ?? 0))
    }
    this.#schedule()
  }

  /** Notes what is left; resolves when it is in the database, or cannot be. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    if (this.#busy) await this.#end()
    if (this.#waiting.size === 0) return
    this.#note([...this.#waiting.keys()])
    if (this.#busy) await this.#end()
  }

  #end(): Promise<void> {
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  #schedule(): void {
    if (this.#closed || this.#busy || this.#waiting.size === 0) return
    const next = Math.min(...this.#waiting.values())
    if (next >= this.#timerEnds) return
    clearTimeout(this.#timer)
    this.#timerEnds = next
    this.#timer = setTimeout(() => this.#noteWhatIsDue(), Math.max(0, next - performance.now()))
  }

  #noteWhatIsDue(): void {
    this.#timerEnds = Number.POSITIVE_INFINITY
    const now = performance.now()
    for (const [id, until] of this.#rests) if (until <= now) this.#rests.delete(id)
    // Timers may be early by a fraction of a millisecond.
    const due = [...this.#waiting].filter(([, at]) => at <= now + 1).map(([id]) => id)
    if (due.length > 0) this.#note(due)
    else this.#schedule()
  }

  #note(ids: readonly string[]): void {
    const rest = performance.now() + intervalMilliseconds
    for (const id of ids) {
      this.#waiting.delete(id)
      this.#rests.set(id, rest)
    }
    const body = Buffer.from(JSON.stringify({ [this.#parameter]: ids }))
    const request = { operation: this.#operation, params: [], query: '', headers: {}, body }
    this.#busy = true
    if (this.#dispatcher.submit(request, ({ status }) => this.#noted(ids, status)) === undefined) this.#noted(ids, 503)
  }

  #noted(ids: readonly string[], status: number): void {
    this.#busy = false
    if (status >= 300) log.warn({ status, [this.#parameter]: ids.length }, 'polls could not be noted')
    // Certainly not committed: once more, after the rest.
    if (status === 503) this.add(ids)
    for (const resolve of this.#idle.splice(0)) resolve()
    this.#schedule()
  }
}
