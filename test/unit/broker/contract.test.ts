/** What any broker promises, over memory and over Redis. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, it } from 'vitest'
import type { Broker, Delivery } from '../../../src/broker/broker.ts'
import { MemoryBroker } from '../../../src/broker/memory.ts'
import { RedisBroker } from '../../../src/broker/redis/broker.ts'

const redisUrl = process.env['PREFECT_TEST_REDIS_URL']
// A database of its own: other tests have theirs.
const url = `${redisUrl}/14`

interface Pod {
  broker: Broker
  news: { topic: string; payload: string }[]
}

const open: Broker[] = []
const admins: Redis[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((broker) => broker.close()))
  for (const admin of admins.splice(0)) admin.disconnect()
})

function memoryPod(): Pod {
  const broker = new MemoryBroker()
  open.push(broker)
  return { broker, news: [] }
}

async function redisPod(): Promise<Pod> {
  const news: Pod['news'] = []
  const broker = new RedisBroker({ url, onNews: (topic, payload) => news.push({ topic, payload: Buffer.from(payload).toString() }) })
  open.push(broker)
  await until(() => broker.status.connected)
  return { broker, news }
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

/** The next work; rejects when none comes. */
function next(broker: Broker, ...queues: string[]): Promise<Delivery> {
  return new Promise((resolve, reject) => {
    const cancel = broker.take(queues, (delivery) => {
      clearTimeout(timer)
      resolve(delivery)
    })
    const timer = setTimeout(() => {
      cancel()
      reject(new Error('no work came'))
    }, 20_000)
  })
}

/** Everything that comes within a while. */
async function all(broker: Broker, queue: string, milliseconds = 300): Promise<Delivery[]> {
  const deliveries: Delivery[] = []
  let cancel = (): void => {}
  const take = (): void => {
    cancel = broker.take([queue], (delivery) => {
      deliveries.push(delivery)
      take()
    })
  }
  take()
  await sleep(milliseconds)
  cancel()
  return deliveries
}

const kinds = [
  { kind: 'memory', skip: false, pod: async () => memoryPod() },
  {
    kind: 'redis',
    skip: redisUrl === undefined,
    pod: async () => {
      await admin()
      return await redisPod()
    },
  },
]

if (redisUrl === undefined) console.log('no PREFECT_TEST_REDIS_URL: the broker over Redis is not tested')

for (const { kind, skip, pod } of kinds) {
  describe.skipIf(skip)(`a broker over ${kind}`, () => {
    it('hands over work that was put before, and work that is put later', async () => {
      const { broker } = await pod()
      await broker.put('q', 'a', 'first')
      expect(await next(broker, 'q')).toMatchObject({ queue: 'q', id: 'a', payload: 'first' })
      const later = next(broker, 'other', 'q')
      await broker.put('q', 'b', 'second')
      expect(await later).toMatchObject({ queue: 'q', id: 'b', payload: 'second' })
    })

    it('hands each piece of work to one taker only', async () => {
      const { broker } = await pod()
      const taken: string[] = []
      for (let taker = 0; taker < 5; taker++) void next(broker, 'q').then(({ id }) => taken.push(id))
      for (const id of ['a', 'b', 'c', 'd', 'e']) await broker.put('q', id, '')
      await until(() => taken.length === 5)
      expect(taken.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'])
    })

    it('keeps the order of a queue', async () => {
      const { broker } = await pod()
      for (const id of ['a', 'b', 'c']) await broker.put('q', id, '')
      expect([(await next(broker, 'q')).id, (await next(broker, 'q')).id, (await next(broker, 'q')).id]).toEqual(['a', 'b', 'c'])
    })

    it('refuses an id that waits, is taken, or was done a moment ago', async () => {
      const { broker } = await pod()
      await broker.put('q', 'a', '')
      await broker.put('q', 'a', '')
      const delivery = await next(broker, 'q')
      await broker.put('q', 'a', '')
      delivery.done()
      await sleep(50)
      await broker.put('q', 'a', '')
      expect(await all(broker, 'q')).toEqual([])
    })

    it('hands over again what is given back', async () => {
      const { broker } = await pod()
      await broker.put('q', 'a', 'payload')
      const delivery = await next(broker, 'q')
      delivery.giveBack()
      delivery.done()
      expect(await next(broker, 'q')).toMatchObject({ id: 'a', payload: 'payload' })
    })

    it('gives nothing to a taker that was called off', async () => {
      const { broker } = await pod()
      let given = false
      broker.take(['q'], () => {
        given = true
      })()
      await broker.put('q', 'a', '')
      expect(await next(broker, 'q')).toMatchObject({ id: 'a' })
      expect(given).toBe(false)
    })
  })
}

describe.skipIf(redisUrl === undefined)('pods that share a Redis', () => {
  it('hear each other, and not themselves', async () => {
    await admin()
    const [one, other] = [await redisPod(), await redisPod()]
    // A pod hears what comes after it has begun to listen.
    const heard = async (): Promise<void> => {
      await until(() => {
        one.broker.publish('probe', Buffer.from(''))
        return other.news.length > 0
      })
    }
    await heard()
    one.broker.publish('events', Buffer.from('[1]'))
    await until(() => other.news.some(({ topic, payload }) => topic === 'events' && payload === '[1]'))
    expect(one.news).toEqual([])
  })

  it('share the work, each piece once', async () => {
    await admin()
    const pods = [await redisPod(), await redisPod(), await redisPod()]
    const taken: string[] = []
    const takeOn = (broker: Broker): void => {
      broker.take(['q'], (delivery) => {
        taken.push(delivery.id)
        delivery.done()
        takeOn(broker)
      })
    }
    for (const { broker } of pods) takeOn(broker)
    const ids = Array.from({ length: 60 }, (_, index) => `task-${index}`)
    await Promise.all(ids.map((id, index) => pods[index % pods.length]?.broker.put('q', id, '')))
    await until(() => taken.length >= ids.length)
    await sleep(200)
    expect(taken.toSorted()).toEqual(ids.toSorted())
  })

  it('give back what they hold when they stop', async () => {
    await admin()
    const [one, other] = [await redisPod(), await redisPod()]
    await one.broker.put('q', 'a', 'payload')
    await next(one.broker, 'q')
    const waiting = next(other.broker, 'q')
    await one.broker.close()
    expect(await waiting).toMatchObject({ id: 'a', payload: 'payload' })
  })

  it('take over what a dead pod has left pending', { timeout: 60_000 }, async () => {
    const redis = await admin()
    const { broker } = await redisPod()
    await broker.put('q', 'a', 'payload')
    const stream = 'prefect-server:work:q'
    await redis.xgroup('CREATE', stream, 'pods', '0').catch(() => {})
    const [[, [[entry] = []] = []] = []] = (await redis.xreadgroup('GROUP', 'pods', 'dead', 'COUNT', 1, 'STREAMS', stream, '>')) as [
      string,
      [string, string[]][],
    ][]
    // The dead pod took it a minute ago.
    await redis.xclaim(stream, 'pods', 'dead', 0, String(entry), 'IDLE', 60_000, 'JUSTID')
    expect(await next(broker, 'q')).toMatchObject({ id: 'a', payload: 'payload' })
  })

  it('go on after Redis has lost everything', async () => {
    const redis = await admin()
    const [one, other] = [await redisPod(), await redisPod()]
    await one.broker.put('q', 'a', '')
    await next(one.broker, 'q')
    await redis.flushdb()
    await one.broker.put('q', 'b', '')
    expect(await next(other.broker, 'q')).toMatchObject({ id: 'b' })
    await until(() => {
      one.broker.publish('probe', Buffer.from(''))
      return other.news.length > 0
    })
  })

  it('go on after their connections are lost', async () => {
    const redis = await admin()
    const [one, other] = [await redisPod(), await redisPod()]
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await until(() => one.broker.status.connected && other.broker.status.connected)
    await until(() => {
      one.broker.publish('probe', Buffer.from(''))
      return other.news.length > 0
    })
    await one.broker.put('q', 'a', '')
    expect(await next(other.broker, 'q')).toMatchObject({ id: 'a' })
  })
})
