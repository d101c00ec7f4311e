/**
 * Keeps a backlog in the database short: events in the outbox that are to be expanded, logs of deleted runs that are to be
 * deleted. Soon after somebody added to it, one chunk after the other until it is empty. News of that may be lost (another
 * pod died with them), so it is looked at every two seconds in any case.
 */
import { log } from '../logging/log.ts'
import { operations } from '../resources/index.ts'
import type { Dispatcher } from './dispatcher.ts'

/** What is added within this time is worked off together. */
const gatherMilliseconds = 20
const idleMilliseconds = 2000

export class Backlog {
  readonly #dispatcher: Dispatcher
  readonly #name: string
  readonly #operation: number
  #timer: NodeJS.Timeout | undefined
  #running = false
  #again = false
  #closed = false
  #idle: (() => void)[] = []
  /** When the oldest work was added that may not be done. */
  #since: number | undefined

  /** `name`: the operation that works off one chunk and answers `{ more: boolean }`. */
  constructor(dispatcher: Dispatcher, name: string) {
    this.#dispatcher = dispatcher
    this.#name = name
    this.#operation = operations.findIndex((operation) => operation.name === name)
    this.#schedule(0)
  }

  /** Something was added. */
  notify(): void {
    this.#since ??= performance.now()
    if (this.#running) this.#again = true
    else this.#schedule(gatherMilliseconds)
  }

  /** Seconds since the oldest work was added that is not done; 0 when nothing is left. */
  get lag(): number {
    return this.#since === undefined ? 0 : (performance.now() - this.#since) / 1000
  }

  /** Works off what is left, then stops. */
  async close(): Promise<void> {
    const emptied = new Promise<void>((resolve) => this.#idle.push(resolve))
    this.#closed = true
    if (!this.#running) this.#work()
    await emptied
    clearTimeout(this.#timer)
  }

  #schedule(milliseconds: number): void {
    if (this.#closed && milliseconds === idleMilliseconds) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#work(), milliseconds)
  }

  #work(): void {
    this.#running = true
    this.#again = false
    const request = { operation: this.#operation, params: [], query: '', headers: {}, body: Buffer.from('null') }
    const accepted = this.#dispatcher.submit(request, (reply) => {
      this.#running = false
      const failed = reply.status >= 300
      if (failed) log.warn({ operation: this.#name, status: reply.status }, 'a backlog could not be worked off; trying again')
      const more = !failed && JSON.parse(Buffer.from(reply.body).toString()).more === true
      if (more || this.#again) this.#schedule(failed ? idleMilliseconds : 0)
      else {
        if (!failed) this.#since = undefined
        for (const resolve of this.#idle.splice(0)) resolve()
        this.#schedule(idleMilliseconds)
      }
    })
    if (accepted !== undefined) return
    this.#running = false
    this.#schedule(idleMilliseconds)
  }
}
