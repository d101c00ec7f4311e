/**
 * The mailbox of an actor pool: a bounded queue in front of a few slots (an actor's connections).
 *
 *   waiting ──(a slot is free)──► a batch in flight ──► replies
 *
 * While every slot is busy requests wait; what has gathered when one comes free goes over together, so that the load
 * itself sets the size of a group: one request at a time when idle, up to the limit under load.
 *
 * Invariants: a request that was accepted is answered exactly once, or its batch's failure is; the queue never holds more
 * than its limits in requests and in bytes.
 */
export interface MailboxLimits {
  requests: number
  bytes: number
}

export interface Letter {
  /** Bytes of the body, for the limit. */
  size: number
}

export interface MailboxOptions<Item extends Letter> {
  slots: number
  limits: MailboxLimits
  /** How many from the head of the queue go over together (≥ 1). */
  batchSize: (queue: readonly Item[], waiting: number) => number
  /** Runs one batch; it must not reject. */
  run: (batch: Item[]) => Promise<void>
}

export class Mailbox<Item extends Letter> {
  readonly #options: MailboxOptions<Item>
  #queue: Item[] = []
  #head = 0
  #bytes = 0
  #busy = 0
  #draining: (() => void)[] = []

  constructor(options: MailboxOptions<Item>) {
    this.#options = options
  }

  /** Requests that wait for a slot. */
  get depth(): number {
    return this.#queue.length - this.#head
  }

  get inFlight(): number {
    return this.#busy
  }

  /** False when the mailbox is full; then nothing was queued. */
  put(item: Item): boolean {
    const { limits } = this.#options
    // A body larger than the limit passes when nothing else waits: the limit bounds memory, not a single request.
    if (this.depth >= limits.requests || (this.#bytes > 0 && this.#bytes + item.size > limits.bytes)) return false
    this.#queue.push(item)
    this.#bytes += item.size
    // Wait for the rest of this turn of the event loop: what has arrived with it belongs to the same group.
    if (this.#busy < this.#options.slots && this.depth === 1) setImmediate(this.#fill)
    return true
  }

  /** Resolves when nothing waits and nothing is in flight. */
  async drained(): Promise<void> {
    if (this.depth === 0 && this.#busy === 0) return
    await new Promise<void>((resolve) => this.#draining.push(resolve))
  }

  readonly #fill = (): void => {
    while (this.#busy < this.#options.slots && this.depth > 0) {
      const waiting = this.#head === 0 ? this.#queue : this.#queue.slice(this.#head)
      const size = Math.max(1, this.#options.batchSize(waiting, waiting.length))
      const batch = waiting.slice(0, size)
      this.#head += batch.length
      if (this.#head === this.#queue.length || this.#head > 1024) {
        this.#queue = this.#queue.slice(this.#head)
        this.#head = 0
      }
      for (const item of batch) this.#bytes -= item.size
      this.#busy++
      void this.#options.run(batch).finally(this.#done)
    }
  }

  readonly #done = (): void => {
    this.#busy--
    this.#fill()
    if (this.depth === 0 && this.#busy === 0) {
      for (const resolve of this.#draining.splice(0)) resolve()
    }
  }
}
