/**
 * Hands cleanup messages to the workers that are connected here: first to those that work for the message's queue, then to
 * any of the pool, in turn, and to none more than it can do at once. The database decides who gets what, so that dispatchers
 * of several pods never give one message to two workers.
 */
import { isJsonObject, type JsonObject } from '../../values/json.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { StreamContext } from './stream.ts'

/** A message may come from another pod, or be late, without any news. */
const pollMilliseconds = 1000

export interface CleanupWorker {
  poolId: Uuid
  /** The same for every connection of a worker: what it holds counts together. */
  key: string
  kinds: readonly string[]
  queueIds: readonly Uuid[]
  maxConcurrency: number
  /** Sends the message; false when the connection is gone. */
  deliver(reservation: JsonObject): boolean
}

interface Pool {
  workers: CleanupWorker[]
  busy: boolean
  again: boolean
}

export class CleanupDispatcher {
  readonly #call: StreamContext['call']
  readonly #fail: (error: unknown) => void
  readonly #pools = new Map<Uuid, Pool>()
  /** By worker: the tokens of what it holds, and until when (milliseconds since 1970). */
  readonly #held = new Map<string, Map<string, number>>()
  #timer: NodeJS.Timeout | undefined

  /** `fail` is told of errors; what could not be handed out is looked for again. */
  constructor(call: StreamContext['call'], fail: (error: unknown) => void) {
    this.#call = call
    this.#fail = fail
  }

  register(worker: CleanupWorker): void {
    this.#forgetGoneWorkers()
    const pool = this.#pools.get(worker.poolId) ?? { workers: [], busy: false, again: false }
    pool.workers.push(worker)
    this.#pools.set(worker.poolId, pool)
    this.#timer ??= setInterval(() => void this.#poll(), pollMilliseconds)
    this.wake(worker.poolId)
  }

  unregister(worker: CleanupWorker): void {
    const pool = this.#pools.get(worker.poolId)
    if (pool === undefined) return
    pool.workers = pool.workers.filter((other) => other !== worker)
    if (pool.workers.length === 0) this.#pools.delete(worker.poolId)
    if (this.#pools.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** There may be something to hand out. */
  wake(poolId: Uuid): void {
    const pool = this.#pools.get(poolId)
    if (pool === undefined) return
    pool.again = true
    if (!pool.busy) void this.#handOut(poolId, pool)
  }

  /** The worker's lease goes on until then. */
  prolong(worker: CleanupWorker, token: string, until: number): void {
    const held = this.#held.get(worker.key)
    if (held?.has(token)) held.set(token, until)
  }

  /** The worker holds it no longer, and may get another. */
  forget(worker: CleanupWorker, token: string): void {
    const held = this.#held.get(worker.key)
    if (!held?.delete(token)) return
    if (held.size === 0) this.#held.delete(worker.key)
    this.wake(worker.poolId)
  }

  /** What workers held that never came back. */
  #forgetGoneWorkers(): void {
    for (const [key, held] of this.#held) if ([...held.values()].every((until) => until <= Date.now())) this.#held.delete(key)
  }

  async #poll(): Promise<void> {
    const pools = [...this.#pools].filter(([, { workers }]) => workers.some((worker) => this.#isFree(worker))).map(([id]) => id)
    if (pools.length === 0) return
    try {
      const found = await this.#call('find_cleanup_work', { work_pool_ids: pools })
      if (Array.isArray(found)) for (const id of found) this.wake(String(id))
    } catch (error) {
      this.#fail(error)
    }
  }

  async #handOut(poolId: Uuid, pool: Pool): Promise<void> {
    pool.busy = true
    try {
      while (pool.again) {
        pool.again = false
        while (await this.#handOutOne(poolId, pool)) {
          // One after the other until nothing is left or nobody is free.
        }
      }
    } catch (error) {
      this.#fail(error)
    } finally {
      pool.busy = false
    }
  }

  async #handOutOne(poolId: Uuid, pool: Pool): Promise<boolean> {
    const free = pool.workers.filter((worker) => this.#isFree(worker))
    for (const anyQueue of [false, true]) {
      for (const worker of free) {
        if (!anyQueue && worker.queueIds.length === 0) continue
        const queues = anyQueue ? null : worker.queueIds
        const reservation = await this.#call('reserve_cleanup', { work_pool_id: poolId, kinds: worker.kinds, work_queue_ids: queues })
        if (!isJsonObject(reservation)) continue
        if (await this.#deliver(worker, reservation)) {
          pool.workers = [...pool.workers.filter((other) => other !== worker), ...pool.workers.filter((other) => other === worker)]
          return true
        }
      }
    }
    return false
  }

  async #deliver(worker: CleanupWorker, reservation: JsonObject): Promise<boolean> {
    const token = String(reservation.reservation_token)
    if (this.#isFree(worker) && worker.deliver(reservation)) {
      const held = this.#held.get(worker.key) ?? new Map<string, number>()
      this.#held.set(worker.key, held.set(token, Date.parse(String(reservation.lease_expires_at))))
      return true
    }
    const { message_id } = reservation
    const release = { operation: 'release', work_pool_id: worker.poolId, message_id, reservation_token: token }
    await this.#call('operate_on_cleanup', { ...release, reason: 'connection_unavailable' })
    return false
  }

  /** Whether the worker can do more; what it held too long is no longer its own. */
  #isFree(worker: CleanupWorker): boolean {
    const held = this.#held.get(worker.key)
    if (held === undefined) return true
    for (const [token, until] of held) if (until <= Date.now()) held.delete(token)
    return held.size < worker.maxConcurrency
  }
}
