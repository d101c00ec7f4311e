import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CleanupDispatcher, type CleanupWorker } from '../../../src/actors/streams/cleanup-dispatcher.ts'
import type { JsonObject } from '../../../src/values/json.ts'

/** A queue in memory: messages that wait, by the queue they are for. */
class Queue {
  waiting: { id: string; queue: string | null }[] = []
  released: string[] = []
  calls: string[] = []

  readonly call = async (operation: string, body: unknown): Promise<unknown> => {
    this.calls.push(operation)
    if (operation === 'find_cleanup_work') return this.waiting.length > 0 ? ['pool'] : []
    if (operation === 'operate_on_cleanup') return this.released.push(String((body as JsonObject).message_id))
    const { work_queue_ids: queues } = body as { work_queue_ids: string[] | null }
    const place = this.waiting.findIndex(({ queue }) => queues === null || (queue !== null && queues.includes(queue)))
    if (place < 0) return null
    const [message] = this.waiting.splice(place, 1)
    const lease_expires_at = new Date(Date.now() + 30_000).toISOString()
    return { message_id: message?.id, reservation_token: `token-${message?.id}`, lease_expires_at }
  }
}

class Worker implements CleanupWorker {
  poolId = 'pool'
  kinds = ['cancelling_timeout_teardown.v1']
  open = true
  got: string[] = []
  readonly key: string
  readonly queueIds: string[]
  readonly maxConcurrency: number
  constructor(key: string, queueIds: string[] = [], maxConcurrency = 1) {
    this.key = key
    this.queueIds = queueIds
    this.maxConcurrency = maxConcurrency
  }

  deliver(reservation: JsonObject): boolean {
    if (this.open) this.got.push(String(reservation.message_id))
    return this.open
  }
}

const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)

describe('the dispatcher of cleanup work', () => {
  let queue: Queue
  let dispatcher: CleanupDispatcher
  const errors: unknown[] = []
  beforeEach(() => {
    vi.useFakeTimers()
    queue = new Queue()
    errors.length = 0
    dispatcher = new CleanupDispatcher(queue.call, (error) => errors.push(error))
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const waits = (...messages: [string, string | null][]): void => {
    queue.waiting.push(...messages.map(([id, forQueue]) => ({ id, queue: forQueue })))
  }

  it('gives no worker more than it can do, and goes on when it is done', async () => {
    waits(['a', null], ['b', null], ['c', null])
    const worker = new Worker('w', [], 2)
    dispatcher.register(worker)
    await settled()
    expect(worker.got).toEqual(['a', 'b'])
    dispatcher.forget(worker, 'token-a')
    await settled()
    expect(worker.got).toEqual(['a', 'b', 'c'])
  })

  it('prefers workers of the queue, then takes any, in turn', async () => {
    const [one, two] = [new Worker('one', ['q1'], 9), new Worker('two', ['q2'], 9)]
    dispatcher.register(one)
    dispatcher.register(two)
    await settled()
    waits(['x', 'q2'], ['y', 'q1'], ['z', null])
    dispatcher.wake('pool')
    await settled()
    expect(two.got).toContain('x')
    expect(one.got).toContain('y')
    expect([...one.got, ...two.got].toSorted()).toEqual(['x', 'y', 'z'])
  })

  it('counts what a worker holds over all of its connections', async () => {
    waits(['a', null], ['b', null])
    const [first, second] = [new Worker('w'), new Worker('w')]
    dispatcher.register(first)
    dispatcher.register(second)
    await settled()
    expect([...first.got, ...second.got]).toEqual(['a'])
  })

  it('gives back what it could not deliver', async () => {
    const worker = new Worker('w')
    worker.open = false
    waits(['a', null])
    dispatcher.register(worker)
    await settled()
    expect(queue.released).toEqual(['a'])
  })

  it('looks every second while somebody is free, and no longer than there is somebody', async () => {
    const worker = new Worker('w')
    dispatcher.register(worker)
    await settled()
    waits(['a', null], ['b', null])
    await vi.advanceTimersByTimeAsync(1000)
    expect(worker.got).toEqual(['a'])
    queue.calls = []
    await vi.advanceTimersByTimeAsync(5000)
    expect(queue.calls).toEqual([])
    dispatcher.unregister(worker)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('takes a worker for free again when its lease is over, unless it was prolonged', async () => {
    const worker = new Worker('w')
    waits(['a', null])
    dispatcher.register(worker)
    await settled()
    dispatcher.prolong(worker, 'token-a', Date.now() + 60_000)
    waits(['b', null])
    await vi.advanceTimersByTimeAsync(45_000)
    expect(worker.got).toEqual(['a'])
    await vi.advanceTimersByTimeAsync(16_000)
    expect(worker.got).toEqual(['a', 'b'])
  })

  it('survives a queue that fails', async () => {
    const { call } = queue
    let broken = true
    dispatcher = new CleanupDispatcher(
      (operation, body) => (broken ? Promise.reject(new Error('down')) : call(operation, body)),
      (error) => errors.push(error),
    )
    const worker = new Worker('w')
    waits(['a', null])
    dispatcher.register(worker)
    await settled()
    expect(errors).toHaveLength(1)
    broken = false
    await vi.advanceTimersByTimeAsync(1000)
    expect(worker.got).toEqual(['a'])
  })
})
