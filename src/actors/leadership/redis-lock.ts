/**
 * The leader's lock in Redis. Everything is compared with the owner, so that what arrives late harms nobody: at worst it
 * keeps the lock, for its owner, a while longer.
 */
import { connectRedis, type Redis } from '../../broker/redis/connect.ts'
import type { LeaseLock } from './leadership.ts'
import { usualTiming } from './protocol.ts'

const key = 'prefect-server:leader'

const acquire = `
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`

const renew = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`

const release = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('PUBLISH', ARGV[2], '')
return 1`

export interface RedisLockOptions {
  url: string
  /** Nobody else's name, now or ever. */
  owner: string
  /** Somebody released the lock. */
  onFree: () => void
}

export class RedisLock implements LeaseLock {
  readonly #owner: string
  readonly #redis: Redis
  readonly #subscriber: Redis

  constructor({ url, owner, onFree }: RedisLockOptions) {
    this.#owner = owner
    this.#redis = connectRedis({ url, name: 'leadership', commandTimeout: usualTiming.commandTimeout, socketTimeout: usualTiming.ttl })
    this.#subscriber = connectRedis({ url, name: 'leadership-news', commandTimeout: usualTiming.ttl })
    this.#subscriber.on('ready', () => {
      // A subscription that fails costs the wait for the next attempt, no more; it is renewed with the connection.
      this.#subscriber.subscribe(this.#channel).catch(() => {})
    })
    this.#subscriber.on('message', onFree)
  }

  async acquire(): Promise<boolean> {
    return (await this.#redis.eval(acquire, 1, key, this.#owner, usualTiming.ttl)) === 1
  }

  async renew(): Promise<boolean> {
    return (await this.#redis.eval(renew, 1, key, this.#owner, usualTiming.ttl)) === 1
  }

  async release(): Promise<void> {
    await this.#redis.eval(release, 1, key, this.#owner, this.#channel)
  }

  close(): void {
    this.#redis.disconnect()
    this.#subscriber.disconnect()
  }

  /** Channels belong to the whole server, keys to one of its databases. */
  get #channel(): string {
    return `${key}:${this.#redis.options.db ?? 0}`
  }
}
