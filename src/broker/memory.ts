import type { Broker, BrokerStatus } from './broker.ts'

/** The broker of a single pod: there are no others to tell. */
export class MemoryBroker implements Broker {
  readonly status: BrokerStatus = { connected: true, published: 0, received: 0, dropped: 0 }

  publish(): void {
    this.status.published += 1
  }

  async close(): Promise<void> {}
}
