/**
 * What carries news between pods. It carries nothing else: whatever must not be lost, and whatever is to be done once, is in
 * the database, where pods claim it one by one. What a broker loses is delayed, until somebody looks there by the clock.
 */

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
  close(): Promise<void>
}
