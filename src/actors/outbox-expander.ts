/**
 * Keeps the outbox short: soon after a group left events there, one expansion after the other until it is empty. News of
 * the outbox may be lost (another pod died with them), so it is looked at every two seconds in any case.
 */
import { log } from '../logging/log.ts'
import { operations } from '../resources/index.ts'
import type { Dispatcher } from './dispatcher.ts'

/** Groups that commit within this time are expanded together. */
const gatherMilliseconds = 20
const idleMilliseconds = 2000

export class OutboxExpander {
  readonly #dispatcher: Dispatcher
  readonly #operation = operations.findIndex((operation) => operation.name === 'expand_outbox')
  #timer: NodeJS.Timeout | undefined
  #running = false
  #again = false
  #closed = false
  #idle: (() => void)[] = []

  constructor(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher
    this.#schedule(0)
  }

  /** Events were committed. */
  notify(): void {
    if (this.#running) this.#again = true
    else this.#schedule(gatherMilliseconds)
  }

  /** Expands what is left, then stops. */
  async close(): Promise<void> {
    const emptied = new Promise<void>((resolve) => this.#idle.push(resolve))
    this.#closed = true
    if (!this.#running) this.#expand()
    await emptied
    clearTimeout(this.#timer)
  }

  #schedule(milliseconds: number): void {
    if (this.#closed && milliseconds === idleMilliseconds) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#expand(), milliseconds)
  }

  #expand(): void {
    this.#running = true
    this.#again = false
    const request = { operation: this.#operation, params: [], query: '', headers: {}, body: Buffer.from('null') }
    const accepted = this.#dispatcher.submit(request, (reply) => {
      this.#running = false
      const failed = reply.status >= 300
      if (failed) log.warn({ status: reply.status }, 'the outbox could not be expanded; trying again')
      const more = !failed && JSON.parse(Buffer.from(reply.body).toString()).more === true
      if (more || this.#again) this.#schedule(failed ? idleMilliseconds : 0)
      else {
        for (const resolve of this.#idle.splice(0)) resolve()
        this.#schedule(idleMilliseconds)
      }
    })
    if (accepted !== undefined) return
    this.#running = false
    this.#schedule(idleMilliseconds)
  }
}
