/** Work of the broker for the conversations in the streams actor: the main thread's side. */
import type { Broker, Delivery } from '../broker/broker.ts'
import { log } from '../logging/log.ts'
import type { FromCompanion, ToCompanion, WorkRequest } from './companion-protocol.ts'

export class WorkDesk {
  readonly #broker: Broker
  readonly #post: (message: ToCompanion) => void
  readonly #takers = new Map<number, () => void>()
  readonly #deliveries = new Map<number, Delivery>()
  #lastDelivery = 0

  constructor(broker: Broker, post: (message: ToCompanion) => void) {
    this.#broker = broker
    this.#post = post
  }

  /** Does what the actor asks for. */
  receive(message: WorkRequest): void {
    switch (message.type) {
      case 'take':
        this.#take(message)
        break
      case 'untake':
        this.#takers.get(message.taker)?.()
        this.#takers.delete(message.taker)
        break
      case 'put':
        this.#broker.put(message.queue, message.id, message.payload).catch((error: unknown) => {
          log.warn(
            { error: error instanceof Error ? error.message : String(error) },
            'work cannot be queued now; it is found again in the database',
          )
        })
        break
      case 'done':
        this.#deliveries.get(message.delivery)?.done()
        this.#deliveries.delete(message.delivery)
        break
      case 'give-back':
        this.#deliveries.get(message.delivery)?.giveBack()
        this.#deliveries.delete(message.delivery)
        break
    }
  }

  /** The actor is gone, and whoever waited or worked there. */
  reset(): void {
    for (const cancel of this.#takers.values()) cancel()
    for (const delivery of this.#deliveries.values()) delivery.giveBack()
    this.#takers.clear()
    this.#deliveries.clear()
  }

  #take({ taker, queues }: Extract<FromCompanion, { type: 'take' }>): void {
    const cancel = this.#broker.take(queues, (delivery) => {
      this.#takers.delete(taker)
      this.#lastDelivery += 1
      this.#deliveries.set(this.#lastDelivery, delivery)
      const { queue, id, payload } = delivery
      this.#post({ type: 'work', taker, delivery: this.#lastDelivery, queue, id, payload })
    })
    this.#takers.set(taker, cancel)
  }
}

const requests: readonly FromCompanion['type'][] = ['take', 'untake', 'put', 'done', 'give-back'] satisfies WorkRequest['type'][]

export function isWorkRequest(message: FromCompanion): message is WorkRequest {
  return requests.includes(message.type)
}
