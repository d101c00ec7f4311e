/**
 * The broker over Redis: one stream, bounded in entries and bytes, which every pod reads for itself. A pod that was cut off goes on
 * where it was, as far back as the stream goes; no pod that is gone keeps anything there. When Redis is away requests go on
 * and news is dropped.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { log } from '../../logging/log.ts'
import type { Broker, BrokerOptions, BrokerStatus } from '../broker.ts'
import { connectRedis, type Redis } from './connect.ts'
import { NewsLength } from './news-length.ts'

const stream = 'prefect-server:news'
/** What waits for Redis; beyond it news is dropped. */
const underWayLimit = 32 * 1024 * 1024
const commandTimeout = 2000
const heartbeatMilliseconds = 2000
const blockMilliseconds = 2000
const readCount = 32

export class RedisBroker implements Broker {
  readonly #pod = randomUUID()
  readonly #onNews: BrokerOptions['onNews']
  readonly #writer: Redis
  readonly #reader: Redis
  readonly #heartbeat: NodeJS.Timeout
  readonly #status: BrokerStatus = { connected: false, published: 0, received: 0, dropped: 0 }
  readonly #length = new NewsLength()
  #underWay = 0
  #last: string | undefined
  #closed = false
  readonly #ended: Promise<void>

  constructor({ url, onNews }: BrokerOptions & { url: string }) {
    this.#onNews = onNews
    this.#writer = connectRedis({ url, name: 'broker', commandTimeout })
    this.#reader = connectRedis({ url, name: 'news', blockingTimeout: blockMilliseconds + 1000 })
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMilliseconds)
    this.#heartbeat.unref()
    this.#ended = this.#read()
  }

  get status(): BrokerStatus {
    return { ...this.#status, connected: this.#writer.status === 'ready' && this.#last !== undefined }
  }

  publish(topic: string, payload: Uint8Array): void {
    if (this.#writer.status !== 'ready' || this.#underWay + payload.length > underWayLimit) {
      this.#status.dropped += 1
      return
    }
    this.#underWay += payload.length
    const length = this.#length.next(payload.length)
    const sent = this.#writer.xadd(stream, 'MAXLEN', '~', length, '*', 'pod', this.#pod, 'topic', topic, 'payload', Buffer.from(payload))
    const count = (what: 'published' | 'dropped') => (): void => {
      this.#status[what] += 1
      this.#underWay -= payload.length
    }
    sent.then(count('published'), count('dropped'))
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#heartbeat)
    this.#reader.disconnect()
    await this.#ended
    // What was published last still goes out.
    await this.#writer.quit().catch(() => this.#writer.disconnect())
  }

  async #read(): Promise<void> {
    while (!this.#closed) {
      if (this.#reader.status === 'ready') await this.#readOnce()
      else await sleep(100)
    }
  }

  async #readOnce(): Promise<void> {
    try {
      this.#last ??= await this.#newest()
      const streams = await this.#reader.xreadBuffer('COUNT', readCount, 'BLOCK', blockMilliseconds, 'STREAMS', stream, this.#last)
      for (const [id, fields] of streams?.[0]?.[1] ?? []) {
        this.#last = id.toString()
        this.#tell(fields)
      }
    } catch (error) {
      if (this.#closed) return
      log.debug({ error: error instanceof Error ? error.message : error }, 'news could not be read')
      // A lost connection comes back by itself; one that only seems to be alive must be ended.
      if (this.#reader.status === 'ready') this.#reader.disconnect(true)
    }
  }

  /** The id of the newest entry: what is read begins after it. */
  async #newest(): Promise<string> {
    const [newest] = await this.#reader.xrevrange(stream, '+', '-', 'COUNT', 1)
    return newest?.[0] ?? '0-0'
  }

  #tell(fields: readonly Buffer[]): void {
    const [, pod, , topic, , payload] = fields
    if (pod === undefined || topic === undefined || payload === undefined || pod.toString() === this.#pod) return
    this.#status.received += 1
    this.#onNews(topic.toString(), payload)
  }

  /** A connection that only seems to be alive is ended, and another one made. */
  #beat(): void {
    if (this.#writer.status !== 'ready') return
    this.#writer.ping().catch(() => {
      if (this.#writer.status === 'ready') this.#writer.disconnect(true)
    })
  }
}
