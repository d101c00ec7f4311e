/** The broker over Redis. When Redis is away requests go on; news is dropped and work is put again later. */
import { randomUUID } from 'node:crypto'
import type { Broker, BrokerOptions, BrokerStatus, Delivery } from '../broker.ts'
import { Takers } from '../takers.ts'
import { connectRedis, type Redis } from './connect.ts'
import { News } from './news.ts'
import { Work } from './work.ts'

const commandTimeout = 2000
const heartbeatMilliseconds = 2000
/** News among brokers: a queue has work. */
const workTopic = 'broker:work'

export class RedisBroker implements Broker {
  readonly #redis: Redis
  readonly #news: News
  readonly #work: Work
  readonly #takers = new Takers()
  readonly #heartbeat: NodeJS.Timeout
  readonly #status: BrokerStatus = { connected: false, published: 0, received: 0, dropped: 0 }

  constructor({ url, onNews }: BrokerOptions & { url: string }) {
    const pod = randomUUID()
    this.#redis = connectRedis({ url, name: 'broker', commandTimeout })
    this.#news = new News(
      {
        url,
        pod,
        status: this.#status,
        onNews: (topic, payload) => {
          if (topic === workTopic) this.#work.look()
          else onNews(topic, payload)
        },
      },
      this.#redis,
    )
    const tell = (queue: string): void => this.#news.publish(workTopic, Buffer.from(queue))
    this.#work = new Work({ pod, takers: this.#takers, tell }, this.#redis)
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMilliseconds)
    this.#heartbeat.unref()
  }

  get status(): BrokerStatus {
    return { ...this.#status, connected: this.#redis.status === 'ready' }
  }

  publish(topic: string, payload: Uint8Array): void {
    this.#news.publish(topic, payload)
  }

  put(queue: string, id: string, payload: string): Promise<void> {
    return this.#work.put(queue, id, payload)
  }

  take(queues: readonly string[], deliver: (delivery: Delivery) => void): () => void {
    const cancel = this.#takers.add(queues, deliver)
    this.#work.look()
    return cancel
  }

  async close(): Promise<void> {
    this.#takers.clear()
    clearInterval(this.#heartbeat)
    await this.#work.close()
    await this.#news.close()
    this.#redis.disconnect()
  }

  /** A connection that only seems to be alive is ended, and another one made. */
  #beat(): void {
    if (this.#redis.status !== 'ready') return
    this.#redis.ping().catch(() => {
      if (this.#redis.status === 'ready') this.#redis.disconnect(true)
    })
  }
}
