/** The broker of a single pod: there are no others to tell, and queues are lists. */
import { type Broker, type BrokerStatus, type Delivery, doneMilliseconds } from './broker.ts'
import { Takers } from './takers.ts'

/** Work that waits in a queue, at most; beyond it the oldest is forgotten, and found again in the database. */
const queueLimit = 100_000

interface Work {
  id: string
  payload: string
}

export class MemoryBroker implements Broker {
  readonly status: BrokerStatus = { connected: true, published: 0, received: 0, dropped: 0 }
  readonly #queues = new Map<string, Work[]>()
  /** Ids by queue, with the instant from which they may come again. */
  readonly #known = new Map<string, number>()
  readonly #takers = new Takers()
  readonly #sweeper: NodeJS.Timeout

  constructor() {
    this.#sweeper = setInterval(() => this.#forget(), doneMilliseconds)
    this.#sweeper.unref()
  }

  publish(): void {
    this.status.published += 1
  }

  async put(queue: string, id: string, payload: string): Promise<void> {
    const known = `${queue}\0${id}`
    if ((this.#known.get(known) ?? 0) > performance.now()) return
    this.#known.set(known, Number.POSITIVE_INFINITY)
    this.#queue(queue, { id, payload })
  }

  take(queues: readonly string[], deliver: (delivery: Delivery) => void): () => void {
    for (const queue of queues) {
      const work = this.#queues.get(queue)?.shift()
      if (work === undefined) continue
      // Later, as with any other broker: who takes is not yet ready to be given something.
      let called = true
      queueMicrotask(() => (called ? deliver(this.#delivery(queue, work)) : this.#queue(queue, work)))
      return () => {
        called = false
      }
    }
    return this.#takers.add(queues, deliver)
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper)
    this.#takers.clear()
  }

  #queue(queue: string, work: Work): void {
    if (this.#takers.hand(this.#delivery(queue, work))) return
    const waiting = this.#queues.get(queue) ?? []
    this.#queues.set(queue, waiting)
    waiting.push(work)
    if (waiting.length <= queueLimit) return
    const forgotten = waiting.shift()
    if (forgotten) this.#known.delete(`${queue}\0${forgotten.id}`)
    this.status.dropped += 1
  }

  #delivery(queue: string, work: Work): Delivery {
    let open = true
    const once = (then: () => void) => (): void => {
      if (open) then()
      open = false
    }
    return {
      queue,
      ...work,
      done: once(() => void this.#known.set(`${queue}\0${work.id}`, performance.now() + doneMilliseconds)),
      giveBack: once(() => this.#queue(queue, work)),
    }
  }

  #forget(): void {
    const now = performance.now()
    for (const [id, until] of this.#known) if (until < now) this.#known.delete(id)
    for (const [queue, waiting] of this.#queues) if (waiting.length === 0) this.#queues.delete(queue)
  }
}
