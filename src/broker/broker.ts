/**
 * What carries news between pods. The database is the source of truth: what a broker loses is delayed, until somebody looks
 * there again.
 *
 *   publish ─► every other pod                         for those who listen: websockets, services that may wake up
 *   put ─► a queue ─► take: one taker, until it is     for work that is to be done once: a background task run that
 *          done, or is given back, or its pod dies     waits for a task worker
 */

/** A piece of work that was taken. */
export interface Delivery {
  readonly queue: string
  readonly id: string
  readonly payload: string
  /** It is done: nobody gets it again. */
  done(): void
  /** Somebody else shall do it. */
  giveBack(): void
}

export interface BrokerStatus {
  connected: boolean
  /** News that went out, that came in from other pods, and that was dropped. */
  published: number
  received: number
  dropped: number
}

export interface BrokerOptions {
  /** News of other pods. */
  onNews: (topic: string, payload: Uint8Array) => void
}

export interface Broker {
  readonly status: BrokerStatus
  /** Tells the other pods. Does not wait and does not fail. */
  publish(topic: string, payload: Uint8Array): void
  /** Adds work; nothing happens when the queue has that id, or had it a moment ago. Rejects when it cannot be added now. */
  put(queue: string, id: string, payload: string): Promise<void>
  /** Waits for the next work of any of the queues; gives the way to call it off. `deliver` is called at most once. */
  take(queues: readonly string[], deliver: (delivery: Delivery) => void): () => void
  /** Gives back what is not done. */
  close(): Promise<void>
}

/** An id that was done is refused for so long: whoever looks for waiting work in the database may see it a little late. */
export const doneMilliseconds = 60_000
