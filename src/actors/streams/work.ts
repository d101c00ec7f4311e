/** Work of the broker for conversations: the streams actor's side. */
import type { Delivery } from '../../broker/broker.ts'
import type { ToCompanion, WorkRequest } from '../companion-protocol.ts'

export class StreamWork {
  readonly #post: (message: WorkRequest) => void
  readonly #takers = new Map<number, (delivery: Delivery) => void>()
  #lastTaker = 0

  constructor(post: (message: WorkRequest) => void) {
    this.#post = post
  }

  /** Adds work to a queue of all pods; nothing happens when the queue has that id, or had it a moment ago. */
  put(queue: string, id: string, payload: unknown): void {
    this.#post({ type: 'put', queue, id, payload: JSON.stringify(payload) })
  }

  /** Waits for the next work of any of the queues, the first of them first; gives the way to call it off. */
  take(queues: readonly string[], deliver: (delivery: Delivery) => void): () => void {
    this.#lastTaker += 1
    const taker = this.#lastTaker
    this.#takers.set(taker, deliver)
    this.#post({ type: 'take', taker, queues: [...queues] })
    return () => {
      if (this.#takers.delete(taker)) this.#post({ type: 'untake', taker })
    }
  }

  /** Work came; whoever waited for it may be gone. */
  receive({ taker, delivery, queue, id, payload }: Extract<ToCompanion, { type: 'work' }>): void {
    const deliver = this.#takers.get(taker)
    this.#takers.delete(taker)
    const finish = (type: 'done' | 'give-back') => (): void => this.#post({ type, delivery })
    if (deliver === undefined) this.#post({ type: 'give-back', delivery })
    else deliver({ queue, id, payload, done: finish('done'), giveBack: finish('give-back') })
  }
}
