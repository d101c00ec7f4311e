/** Those who wait for work, first come, first served. */
import type { Delivery } from './broker.ts'

interface Taker {
  queues: ReadonlySet<string>
  deliver: (delivery: Delivery) => void
}

export class Takers {
  readonly #waiting = new Set<Taker>()

  add(queues: readonly string[], deliver: (delivery: Delivery) => void): () => void {
    const taker = { queues: new Set(queues), deliver }
    this.#waiting.add(taker)
    return () => this.#waiting.delete(taker)
  }

  /** How many wait for work of each queue. */
  get wanted(): Map<string, number> {
    const wanted = new Map<string, number>()
    for (const { queues } of this.#waiting) for (const queue of queues) wanted.set(queue, (wanted.get(queue) ?? 0) + 1)
    return wanted
  }

  /** Hands the delivery to whoever waits for its queue; false when nobody does. */
  hand(delivery: Delivery): boolean {
    const taker = this.#find(delivery.queue)
    if (taker === undefined) return false
    this.#waiting.delete(taker)
    taker.deliver(delivery)
    return true
  }

  clear(): void {
    this.#waiting.clear()
  }

  #find(queue: string): Taker | undefined {
    for (const taker of this.#waiting) if (taker.queues.has(queue)) return taker
    return undefined
  }
}
