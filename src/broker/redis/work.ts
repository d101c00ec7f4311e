/**
 * Work queues in Redis: a stream for each queue, read by one consumer group of all pods. What a pod took and has not done
 * stays pending, and is claimed by another when the pod shows no life for some time.
 *
 * Nobody blocks in Redis for work: who puts some says so in the news, and who waits looks; besides, it looks by the clock.
 */
import { log } from '../../logging/log.ts'
import { type Delivery, doneMilliseconds } from '../broker.ts'
import type { Takers } from '../takers.ts'
import type { Redis } from './connect.ts'

const prefix = 'prefect-server:work:'
const group = 'pods'
const length = 100_000
const lookMilliseconds = 1000
/** A pod keeps what it holds by touching it; what is not touched for so long is anybody's. */
const touchMilliseconds = 5000
const abandonedMilliseconds = 20_000
/** An id is known from its putting until some time after it is done; at most so long, should all be forgotten. */
const knownMilliseconds = 24 * 60 * 60 * 1000

/** Adds an entry unless its id is known. */
const putScript = `
if not redis.call('SET', KEYS[2], '1', 'NX', 'PX', ARGV[3]) then return 0 end
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[4], '*', 'id', ARGV[1], 'payload', ARGV[2])
return 1`

const doneScript = `
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[1], ARGV[2])
redis.call('SET', KEYS[2], '1', 'PX', ARGV[3])`

const giveBackScript = `
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('XDEL', KEYS[1], ARGV[2])
redis.call('XADD', KEYS[1], '*', 'id', ARGV[3], 'payload', ARGV[4])
return 1`

interface Held {
  queue: string
  entry: string
}

export interface WorkOptions {
  pod: string
  takers: Takers
  /** Tells the other pods that a queue has work. */
  tell: (queue: string) => void
}

export class Work {
  readonly #options: WorkOptions
  readonly #redis: Redis
  readonly #held = new Set<Held>()
  readonly #timers: NodeJS.Timeout[]
  #looking = false
  #again = false
  #closed = false

  constructor(options: WorkOptions, redis: Redis) {
    this.#options = options
    this.#redis = redis
    this.#timers = [
      setInterval(() => this.look(), lookMilliseconds),
      setInterval(() => void this.#guard(() => this.#touch()), touchMilliseconds),
    ]
    for (const timer of this.#timers) timer.unref()
  }

  async put(queue: string, id: string, payload: string): Promise<void> {
    const added = await this.#redis.eval(putScript, 2, streamOf(queue), known(queue, id), id, payload, knownMilliseconds, length)
    if (added !== 1) return
    this.look()
    this.#options.tell(queue)
  }

  /** Work may be there, or somebody waits for some. */
  look(): void {
    if (this.#looking) {
      this.#again = true
      return
    }
    if (this.#closed || this.#redis.status !== 'ready' || this.#options.takers.wanted.size === 0) return
    this.#looking = true
    void this.#guard(async () => {
      do {
        this.#again = false
        await this.#lookOnce()
      } while (this.#again)
    }).finally(() => {
      this.#looking = false
    })
  }

  /** Gives back what is held. */
  async close(): Promise<void> {
    this.#closed = true
    for (const timer of this.#timers) clearInterval(timer)
    await this.#guard(async () => {
      for (const { queue, entry } of this.#held) {
        const [[, fields] = []] = await this.#redis.xrange(streamOf(queue), entry, entry)
        if (fields) await this.#giveBack(queue, entry, fieldOf(fields, 'id'), fieldOf(fields, 'payload'))
      }
    })
  }

  async #lookOnce(): Promise<void> {
    const { takers, pod } = this.#options
    for (const queue of takers.wanted.keys()) {
      // Whoever waits for several queues may have got something meanwhile.
      const count = takers.wanted.get(queue)
      if (count === undefined) continue
      const entries = await this.#withGroup(queue, () =>
        this.#redis.xreadgroup('GROUP', group, pod, 'COUNT', count, 'STREAMS', streamOf(queue), '>'),
      )
      for (const [entry, fields] of entriesOf(entries)) this.#hand(queue, entry, fields)
    }
  }

  #hand(queue: string, entry: string, fields: readonly string[]): void {
    const id = fieldOf(fields, 'id')
    const payload = fieldOf(fields, 'payload')
    const held = { queue, entry }
    this.#held.add(held)
    const finish = (work: () => Promise<unknown>) => (): void => {
      if (this.#held.delete(held)) void this.#guard(work)
    }
    const delivery: Delivery = {
      queue,
      id,
      payload,
      done: finish(() => this.#redis.eval(doneScript, 2, streamOf(queue), known(queue, id), group, entry, doneMilliseconds)),
      giveBack: finish(() => this.#giveBack(queue, entry, id, payload)),
    }
    if (!this.#options.takers.hand(delivery)) delivery.giveBack()
  }

  async #giveBack(queue: string, entry: string, id: string, payload: string): Promise<void> {
    await this.#redis.eval(giveBackScript, 1, streamOf(queue), group, entry, id, payload)
    this.look()
    this.#options.tell(queue)
  }

  /** Keeps what is held, and takes over what others have abandoned. */
  async #touch(): Promise<void> {
    const { takers, pod } = this.#options
    for (const { queue, entry } of this.#held) await this.#redis.xclaim(streamOf(queue), group, pod, 0, entry, 'JUSTID')
    for (const [queue, count] of takers.wanted) {
      const claimed = await this.#withGroup(queue, () =>
        this.#redis.xautoclaim(streamOf(queue), group, pod, abandonedMilliseconds, '0-0', 'COUNT', count),
      )
      const entries = Array.isArray(claimed) ? claimed[1] : undefined
      // An entry that was deleted meanwhile has no fields.
      for (const [entry, fields] of entriesOf([[queue, entries]])) if (fields.length > 0) this.#hand(queue, entry, fields)
    }
  }

  /** Makes the group where it is missing: the queue is new, or Redis has lost everything. */
  async #withGroup<Result>(queue: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOGROUP')) throw error
    }
    await this.#redis.xgroup('CREATE', streamOf(queue), group, '0', 'MKSTREAM').catch((error: unknown) => {
      if (!(error instanceof Error) || !error.message.startsWith('BUSYGROUP')) throw error
    })
    return await work()
  }

  /** What fails here is tried again by the clock. */
  async #guard(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!this.#closed) log.debug({ error: error instanceof Error ? error.message : error }, 'Redis did not do what was asked')
    }
  }
}

const streamOf = (queue: string): string => prefix + queue
const known = (queue: string, id: string): string => `${prefix}${queue}:${id}`

function fieldOf(fields: readonly string[], name: string): string {
  return fields[fields.indexOf(name) + 1] ?? ''
}

/** `[[stream, [[entry, fields], …]], …]`, as Redis answers; an answer of another shape has no entries. */
function entriesOf(answer: unknown): [string, string[]][] {
  if (!Array.isArray(answer)) return []
  const [first] = answer
  const entries: unknown = Array.isArray(first) ? first[1] : undefined
  if (!Array.isArray(entries)) return []
  return entries.flatMap((entry: unknown) => {
    if (!Array.isArray(entry) || typeof entry[0] !== 'string') return []
    const fields: unknown[] = Array.isArray(entry[1]) ? entry[1] : []
    return [[entry[0], fields.map(String)]]
  })
}
