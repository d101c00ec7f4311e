/** The worker cleanup queue on both databases, by a clock of its own. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadSettings } from '../../src/config/settings.ts'
import type { Context } from '../../src/resources/context.ts'
import type { Reply } from '../../src/resources/route.ts'
import { findCleanupWork, operateOnCleanup, reconcileCleanup, reserveCleanup } from '../../src/resources/worker-cleanup/deliveries.ts'
import { type CleanupKind, enqueueCleanup, selectMessages } from '../../src/resources/worker-cleanup/messages.ts'
import type { Database } from '../../src/storage/database.ts'
import { sql } from '../../src/storage/sql.ts'
import { isJsonObject } from '../../src/values/json.ts'
import { Timestamp } from '../../src/values/timestamp.ts'
import { type Uuid, uuid4 } from '../../src/values/uuid.ts'
import { dialects, preparedDatabase } from './databases.ts'

const second = 1000
const lease = 30 * second
const mostDeliveries = 3
const settings = loadSettings({ HOME: '/', PREFECT_SERVER_WORKER_CHANNEL_CLEANUP_COMPLETED_IDEMPOTENCY_RETENTION_SECONDS: '3600' }, '/')
const teardown: CleanupKind = 'cancelling_timeout_teardown.v1'
const beginning = Timestamp.fromCanonical('2030-01-01T00:00:00.000000Z')

interface Reservation {
  message_id: Uuid
  reservation_token: string
  delivery_count: number
}

/** A pool of its own on a shared database, at a time that the test sets. */
class Bench {
  readonly pool = uuid4()
  /** Milliseconds since the beginning: whole, so that ends of leases are exact. */
  time = 0
  news: unknown[] = []
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async run<Result>(work: (context: Context) => Promise<Result>): Promise<Result> {
    const publish = (_topic: string, payload: unknown): void => void this.news.push(payload)
    const now = beginning.addMicroseconds(this.time * 1000)
    return await this.#database.transaction((tx) => work({ tx, now, settings, emit: () => {}, publish }))
  }

  async enqueue(key: string, queue: Uuid | null = null, kind: CleanupKind = teardown): Promise<Uuid> {
    const id = uuid4()
    const message = { id, idempotency_key: key, work_pool_id: this.pool, work_queue_id: queue, kind, target: { flow_run_id: id } }
    await this.run((context) => enqueueCleanup(context, message))
    this.time += 1
    return id
  }

  async reserve(queues: Uuid[] | null = null, kinds: CleanupKind[] = [teardown]): Promise<Reservation | null> {
    const body = { work_pool_id: this.pool, kinds, work_queue_ids: queues }
    const reply = await this.run((context) => reserveCleanup(context, request(body)))
    return reply.body as Reservation | null
  }

  async operate(operation: 'ack' | 'release' | 'renew', { message_id, reservation_token }: Reservation, pool = this.pool): Promise<string> {
    const body = { operation, work_pool_id: pool, message_id, reservation_token, reason: 'test' }
    return statusOf(await this.run((context) => operateOnCleanup(context, request(body))))
  }

  async status(id: Uuid): Promise<string | undefined> {
    const [message] = await this.run(({ tx }) => selectMessages(tx, sql`WHERE id = ${id}`))
    return message?.status
  }
}

const request = <Body>(body: Body) => ({ params: {}, query: undefined, headers: {}, body })
const statusOf = ({ body }: Reply): string => (isJsonObject(body) ? String(body.status) : '')

function given<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('nothing there')
  return value
}

describe.each(dialects)('the worker cleanup queue on %s', (dialect) => {
  let database: Database
  let remove: () => Promise<void>
  beforeAll(async () => {
    ;({ database, remove } = await preparedDatabase(dialect))
  })
  afterAll(async () => remove())

  test('a message is asked for once, however often', async () => {
    const bench = new Bench(database)
    const first = await bench.enqueue('a')
    await bench.enqueue('a')
    expect(bench.news).toEqual([{ work_pool_id: bench.pool }, { work_pool_id: bench.pool }])
    expect((await bench.reserve())?.message_id).toBe(first)
    expect(await bench.reserve()).toBeNull()
  })

  test('the one that waited longest comes first; kinds and queues choose', async () => {
    const bench = new Bench(database)
    const [queue, other] = [uuid4(), uuid4()]
    const plain = await bench.enqueue('plain')
    const claim = await bench.enqueue('claim', queue, 'pending_claim_teardown.v1')
    const queued = await bench.enqueue('queued', queue)
    expect((await bench.reserve([queue]))?.message_id).toBe(queued)
    expect(await bench.reserve([other])).toBeNull()
    expect((await bench.reserve(null, [teardown, 'pending_claim_teardown.v1']))?.message_id).toBe(plain)
    expect((await bench.reserve(null, ['pending_claim_teardown.v1']))?.message_id).toBe(claim)
  })

  test('done is done, and its key stays taken until the retention is over', async () => {
    const bench = new Bench(database)
    const id = await bench.enqueue('a')
    const reservation = given(await bench.reserve())
    expect(await bench.operate('ack', reservation)).toBe('accepted')
    expect(await bench.operate('ack', reservation)).toBe('not_found')
    await bench.enqueue('a')
    expect(await bench.reserve()).toBeNull()
    bench.time += 3601 * second
    await bench.run((context) => reconcileCleanup(context, request({ limit: 10 })))
    expect(await bench.status(id)).toBeUndefined()
    await bench.enqueue('a')
    expect(await bench.reserve()).not.toBeNull()
  })

  test('only the holder may speak', async () => {
    const bench = new Bench(database)
    await bench.enqueue('a')
    const reservation = given(await bench.reserve())
    expect(await bench.operate('ack', { ...reservation, reservation_token: 'guess' })).toBe('invalid_token')
    expect(await bench.operate('ack', reservation, uuid4())).toBe('unauthorized')
    expect(await bench.operate('ack', { ...reservation, message_id: uuid4() })).toBe('not_found')
    expect(await bench.operate('release', reservation)).toBe('accepted')
    expect(await bench.operate('ack', reservation)).toBe('not_current')
    const again = given(await bench.reserve())
    expect(again.delivery_count).toBe(2)
    expect(await bench.operate('ack', reservation)).toBe('invalid_token')
    expect(await bench.operate('ack', again)).toBe('accepted')
  })

  test('after some deliveries that led to nothing it is dead', async () => {
    const bench = new Bench(database)
    const id = await bench.enqueue('a')
    for (let delivery = 1; delivery < mostDeliveries; delivery++) {
      expect(await bench.operate('release', given(await bench.reserve()))).toBe('accepted')
    }
    expect(await bench.operate('release', given(await bench.reserve()))).toBe('dead_lettered')
    expect(await bench.status(id)).toBe('dead')
    expect(await bench.reserve()).toBeNull()
  })

  test('a lease ends unless it is prolonged', async () => {
    const bench = new Bench(database)
    const id = await bench.enqueue('a')
    const first = given(await bench.reserve())
    bench.time += lease - second
    expect(await bench.operate('renew', first)).toBe('accepted')
    bench.time += lease - second
    expect(await bench.reserve()).toBeNull()
    bench.time += second
    expect(await bench.operate('renew', first)).toBe('expired')
    expect(await bench.status(id)).toBe('waiting')
    await bench.reserve()
    bench.time += lease
    const find = await bench.run((context) => findCleanupWork(context, request({ work_pool_ids: [bench.pool, uuid4()] })))
    expect(find.body).toEqual([bench.pool])
    const last = given(await bench.reserve())
    expect(last.delivery_count).toBe(mostDeliveries)
    bench.time += lease
    expect(await bench.operate('ack', last)).toBe('dead_lettered')
    expect(await bench.status(id)).toBe('dead')
  })

  test('the reconciler takes back what is overdue, in batches', async () => {
    const bench = new Bench(database)
    for (const key of ['a', 'b', 'c']) await bench.enqueue(key)
    for (let count = 0; count < 3; count++) await bench.reserve()
    bench.time += lease + 1
    const reconcile = (): Promise<Reply> => bench.run((context) => reconcileCleanup(context, request({ limit: 2 })))
    expect((await reconcile()).body).toEqual({ expired: 2, more: true })
    expect((await reconcile()).body).toEqual({ expired: 1, more: false })
  })

  test('dispatchers that ask at the same time get different messages', async () => {
    const bench = new Bench(database)
    for (let count = 0; count < 12; count++) await bench.enqueue(String(count))
    const reserved = (await Promise.all(Array.from({ length: 12 }, () => bench.reserve()))).map((one) => one?.message_id)
    const got = reserved.filter((id) => id !== undefined)
    expect(new Set(got).size).toBe(got.length)
  })

  test('whatever happens, a message has one holder, who alone can finish it, and is offered no more often than it may be', async () => {
    const step = fc.oneof(
      fc.constant({ do: 'enqueue' as const }),
      fc.constant({ do: 'reserve' as const }),
      fc.record({ do: fc.constantFrom('ack' as const, 'release' as const, 'renew' as const), which: fc.nat() }),
      fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 40 }) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const bench = new Bench(database)
        const all: Reservation[] = []
        const current = new Map<Uuid, { token: string; until: number }>()
        for (const [index, action] of steps.entries()) {
          if (action.do === 'enqueue') await bench.enqueue(String(index))
          else if (action.do === 'wait') bench.time += action.seconds * second
          else if (action.do === 'reserve') {
            const got = await bench.reserve()
            if (got === null) continue
            const holder = current.get(got.message_id)
            expect(holder === undefined || holder.until <= bench.time).toBe(true)
            expect(got.delivery_count).toBeLessThanOrEqual(mostDeliveries)
            all.push(got)
            current.set(got.message_id, { token: got.reservation_token, until: bench.time + lease })
          } else if (all.length > 0) {
            const one = given(all[action.which % all.length])
            const holder = current.get(one.message_id)
            const isHolder = holder?.token === one.reservation_token && holder.until > bench.time
            const status = await bench.operate(action.do, one)
            expect(status === 'accepted' || (status === 'dead_lettered' && action.do === 'release')).toBe(isHolder)
            if (!isHolder) continue
            if (action.do === 'renew') current.set(one.message_id, { token: one.reservation_token, until: bench.time + lease })
            else current.delete(one.message_id)
          }
        }
      }),
      { numRuns: 15 },
    )
  })
})
