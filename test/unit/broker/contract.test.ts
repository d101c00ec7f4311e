/** What any broker promises, over memory and over Redis; and what pods that share a Redis see of each other. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, it } from 'vitest'
import type { Broker } from '../../../src/broker/broker.ts'
import { MemoryBroker } from '../../../src/broker/memory.ts'
import { RedisBroker } from '../../../src/broker/redis/broker.ts'

const redisUrl = process.env['PREFECT_TEST_REDIS_URL']
// A database of its own: other tests have theirs.
const url = `${redisUrl}/14`

interface Pod {
  broker: Broker
  news: string[]
}

const open: Broker[] = []
const admins: Redis[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((broker) => broker.close()))
  for (const admin of admins.splice(0)) admin.disconnect()
})

function opened(broker: Broker, news: string[] = []): Pod {
  open.push(broker)
  return { broker, news }
}

async function redisPod(): Promise<Pod> {
  const news: string[] = []
  const broker = new RedisBroker({ url, onNews: (topic, payload) => news.push(`${topic} ${Buffer.from(payload)}`) })
  const pod = opened(broker, news)
  await until(() => broker.status.connected)
  return pod
}

async function admin(): Promise<Redis> {
  const redis = new Redis(url)
  admins.push(redis)
  await redis.flushdb()
  return redis
}

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 20_000
  while (!condition()) {
    if (performance.now() > end) throw new Error('it does not come')
    await sleep(10)
  }
}

const bytes = (text: string): Uint8Array => Buffer.from(text)

/** Publishes until the other pod hears it: right after a loss, news may be lost too. */
async function heard(from: Pod, by: Pod): Promise<void> {
  const before = by.news.length
  await until(() => {
    from.broker.publish('probe', bytes(''))
    return by.news.length > before
  })
}

if (redisUrl === undefined) console.log('no PREFECT_TEST_REDIS_URL: the broker over Redis is not tested')

const kinds = [
  { kind: 'memory', skip: false, pod: async () => opened(new MemoryBroker()) },
  { kind: 'redis', skip: redisUrl === undefined, pod: redisPod },
]

for (const { kind, skip, pod } of kinds) {
  describe.skipIf(skip)(`a broker over ${kind}`, () => {
    it('takes news and counts it, and does not repeat it to the pod that it came from', async () => {
      const { broker, news } = await pod()
      broker.publish('events', bytes('[1]'))
      broker.publish('events', bytes('[2]'))
      await until(() => broker.status.published === 2)
      expect(broker.status).toEqual({ connected: true, published: 2, received: 0, dropped: 0 })
      expect(news).toEqual([])
    })

    it('takes news that comes when it is closed, or drops it, but does not fail', async () => {
      const { broker } = await pod()
      await broker.close()
      expect(() => broker.publish('events', bytes('[]'))).not.toThrow()
    })
  })
}

describe.skipIf(redisUrl === undefined)('pods that share a Redis', () => {
  it('all hear what one tells, in its order, bytes as they are', async () => {
    const [one, ...others] = [await redisPod(), await redisPod(), await redisPod()]
    const told = Array.from({ length: 200 }, (_, index) => `topic-${index % 3} {"é":${index},"big":"${'x'.repeat(index * 10)}"}`)
    for (const text of told) {
      const [topic = '', payload = ''] = text.split(' ')
      one.broker.publish(topic, bytes(payload))
    }
    for (const { news } of others) {
      await until(() => news.length >= told.length)
      expect(news).toEqual(told)
    }
    expect(one.news).toEqual([])
  })

  it('hear nothing of what was told before they came', async () => {
    const one = await redisPod()
    one.broker.publish('old', bytes(''))
    await until(() => one.broker.status.published === 1)
    const other = await redisPod()
    one.broker.publish('new', bytes(''))
    await until(() => other.news.length > 0)
    expect(other.news).toEqual(['new '])
  })

  it('hear, once they are back, what was told while their connection was lost', async () => {
    const redis = await admin()
    const [one, other] = [await redisPod(), await redisPod()]
    await heard(one, other)
    const before = other.news.length
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    // Told by a pod whose connection is another one.
    await redis.xadd('prefect-server:news', '*', 'pod', 'third', 'topic', 'meanwhile', 'payload', 'x')
    await until(() => other.news.slice(before).includes('meanwhile x'))
    await heard(one, other)
    await heard(other, one)
  })

  it('keep the stream short', async () => {
    const redis = await admin()
    const { broker } = await redisPod()
    for (let round = 0; round < 10; round++) {
      for (let count = 0; count < 1000; count++) broker.publish('events', bytes('[]'))
      await until(() => broker.status.published === (round + 1) * 1000)
    }
    expect(await redis.xlen('prefect-server:news')).toBeLessThan(5000)
  })

  it('keep the stream small when its entries are large', async () => {
    const redis = await admin()
    const { broker } = await redisPod()
    const large = Buffer.alloc(2 * 1024 * 1024, 'x')
    for (let count = 1; count <= 50; count++) {
      broker.publish('events', large)
      await until(() => broker.status.published === count)
    }
    expect(await redis.xlen('prefect-server:news')).toBeLessThan(40)
  })

  it('go on after Redis has lost everything', async () => {
    const redis = await admin()
    const [one, other] = [await redisPod(), await redisPod()]
    await heard(one, other)
    await redis.flushdb()
    await heard(one, other)
  })
})

describe('a pod whose Redis cannot be reached', () => {
  it('drops news and goes on', async () => {
    const { broker } = opened(new RedisBroker({ url: 'redis://127.0.0.1:1', onNews: () => {} }))
    broker.publish('events', bytes('[]'))
    expect(broker.status).toEqual({ connected: false, published: 0, received: 0, dropped: 1 })
  })
})
