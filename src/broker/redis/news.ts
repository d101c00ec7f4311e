/**
 * News in one stream of Redis, bounded in length, which every pod reads for itself. A pod that was cut off goes on where it
 * was, as far back as the stream goes.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { log } from '../../logging/log.ts'
import type { BrokerStatus } from '../broker.ts'
import { connectRedis, type Redis } from './connect.ts'

const stream = 'prefect-server:news'
const length = 4096
/** What waits for Redis; beyond it news is dropped. */
const underWayLimit = 32 * 1024 * 1024
const blockMilliseconds = 2000
const readCount = 64

export interface NewsOptions {
  url: string
  pod: string
  status: BrokerStatus
  onNews: (topic: string, payload: Uint8Array) => void
}

export class News {
  readonly #options: NewsOptions
  readonly #writer: Redis
  readonly #reader: Redis
  #underWay = 0
  #last: string | undefined
  #closed = false
  readonly #ended: Promise<void>

  constructor(options: NewsOptions, writer: Redis) {
    this.#options = options
    this.#writer = writer
    this.#reader = connectRedis({ url: options.url, name: 'news', blockingTimeout: blockMilliseconds + 1000 })
    this.#ended = this.#read()
  }

  publish(topic: string, payload: Uint8Array): void {
    const { pod, status } = this.#options
    if (this.#writer.status !== 'ready' || this.#underWay + payload.length > underWayLimit) {
      status.dropped += 1
      return
    }
    this.#underWay += payload.length
    this.#writer
      .xadd(stream, 'MAXLEN', '~', length, '*', 'pod', pod, 'topic', topic, 'payload', Buffer.from(payload))
      .then(
        () => {
          status.published += 1
        },
        () => {
          status.dropped += 1
        },
      )
      .finally(() => {
        this.#underWay -= payload.length
      })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#reader.disconnect()
    await this.#ended
  }

  async #read(): Promise<void> {
    while (!this.#closed) {
      try {
        if (this.#reader.status === 'ready') {
          this.#last ??= await this.#end()
          for (const [id, fields] of await this.#next(this.#last)) {
            this.#last = id.toString()
            this.#tell(fields)
          }
          continue
        }
      } catch (error) {
        if (this.#closed) return
        log.debug({ error: error instanceof Error ? error.message : error }, 'news could not be read')
        // A lost connection comes back by itself; one that only seems to be alive must be ended.
        if (this.#reader.status === 'ready') this.#reader.disconnect(true)
      }
      await sleep(100)
    }
  }

  /** The id of the newest entry: what is read begins after it. */
  async #end(): Promise<string> {
    const [newest] = await this.#reader.xrevrange(stream, '+', '-', 'COUNT', 1)
    return newest?.[0] ?? '0-0'
  }

  async #next(after: string): Promise<[Buffer, Buffer[]][]> {
    const streams = await this.#reader.xreadBuffer('COUNT', readCount, 'BLOCK', blockMilliseconds, 'STREAMS', stream, after)
    return streams?.[0]?.[1] ?? []
  }

  #tell(fields: readonly Buffer[]): void {
    const [, pod, , topic, , payload] = fields
    if (pod === undefined || topic === undefined || payload === undefined || pod.toString() === this.#options.pod) return
    this.#options.status.received += 1
    this.#options.onNews(topic.toString(), payload)
  }
}
