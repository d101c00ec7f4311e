/** The pods that there are: each tells the others how it is, and is forgotten when it does not. */
import type { Broker } from '../broker/broker.ts'
import type { PodStatus } from './pod-status.ts'

export const statusTopic = 'pod-status'
const tellMilliseconds = 2000
const forgetMilliseconds = 10_000

export class Directory {
  readonly #own: () => PodStatus
  readonly #others = new Map<string, { status: PodStatus; heard: number }>()
  readonly #timer: NodeJS.Timeout
  readonly #broker: Broker

  constructor(broker: Broker, own: () => PodStatus) {
    this.#own = own
    this.#broker = broker
    this.#timer = setInterval(() => this.tell(), tellMilliseconds)
    this.#timer.unref()
  }

  /** Every pod, this one first. */
  get pods(): PodStatus[] {
    const oldest = performance.now() - forgetMilliseconds
    for (const [pod, { heard }] of this.#others) if (heard < oldest) this.#others.delete(pod)
    return [this.#own(), ...[...this.#others.values()].map(({ status }) => status)]
  }

  hear(payload: Uint8Array): void {
    const status = JSON.parse(Buffer.from(payload).toString()) as PodStatus | { pod: string; gone: true }
    if ('gone' in status) this.#others.delete(status.pod)
    else this.#others.set(status.pod, { status, heard: performance.now() })
  }

  tell(): void {
    this.#broker.publish(statusTopic, Buffer.from(JSON.stringify(this.#own())))
  }

  close(): void {
    clearInterval(this.#timer)
    this.#broker.publish(statusTopic, Buffer.from(JSON.stringify({ pod: this.#own().pod, gone: true })))
  }
}
