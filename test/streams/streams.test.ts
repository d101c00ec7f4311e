/** Real websockets against a real server, on each database: many subscribers, slow ones, task workers that come and go. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../environment/postgres.ts'
import { backends, type Server, startServer } from '../environment/servers.ts'
import { Client, type Message, Sleeper } from './sockets.ts'

const unique = (): string => `test-${crypto.randomUUID()}`
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
const text = (value: unknown): string => String(value)

describe.each(backends)('%s', (backend) => {
  let server: Server
  let database: TestDatabase | null = null

  const start = (path?: string): Promise<Server> => startServer('ours', { backend, ...(path !== undefined && { database: path }) })

  beforeAll(async () => {
    database = backend === 'postgres' ? await createDatabase('streams') : null
    server = await start(database?.url)
  })

  afterAll(async () => {
    await server.stop()
    await database?.drop()
  })

  async function post<Answer = Message>(path: string, body: unknown): Promise<Answer> {
    const response = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const answer = await response.text()
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${answer}`)
    return JSON.parse(answer === '' ? 'null' : answer)
  }

  let events = 0
  const newEvent = (resource: string, event: string, payload: Message = {}): Message => {
    // In microseconds, so that no two of them happen at once.
    const occurred = `${new Date().toISOString().slice(0, -1)}${`${++events % 1000}`.padStart(3, '0')}Z`
    return { id: crypto.randomUUID(), event, occurred, resource: { 'prefect.resource.id': resource }, payload }
  }

  const eventFilter = (resource: string): Message => {
    const [since, until] = [-3600_000, 3600_000].map((distance) => new Date(Date.now() + distance).toISOString())
    return { type: 'filter', filter: { resource: { id: [resource] }, occurred: { since, until } } }
  }

  test('a thousand subscribers get every event once and in order', async () => {
    const resource = unique()
    const early = range(3).map((index) => newEvent(resource, `early.${index}`))
    await post('/events', early)
    const clients: Client[] = []
    for (const _ of range(20)) clients.push(...(await Promise.all(range(50).map(() => Client.open(server.url, '/events/out')))))
    for (const client of clients) client.send(eventFilter(resource))
    // Whoever has what was stored is subscribed to what comes.
    for (const client of clients) await client.until(() => client.received.length >= early.length)
    const live = range(10).map((index) => newEvent(resource, `live.${index}`))
    for (const event of live) await post('/events', [event, newEvent(unique(), 'of somebody else')])
    const expected = [...early, ...live].map(({ id }) => id)
    for (const client of clients) {
      await client.until(() => client.received.length >= expected.length)
      expect(client.received.map(({ event }) => (event as Message)['id'])).toEqual(expected)
    }
    for (const client of clients) client.close()
  })

  test('a subscriber that does not read is dropped with a code, and harms nobody else', async () => {
    const resource = unique()
    const sleeper = await Sleeper.open(server.url, '/events/out', [{ type: 'auth' }, eventFilter(resource)])
    const reader = await Client.open(server.url, '/events/out')
    reader.send(eventFilter(resource))
    const filling = 'x'.repeat(500_000)
    const sent: unknown[] = []
    // More than the server keeps for one client and the kernel's buffers together.
    for (const index of range(80)) {
      const event = newEvent(resource, `large.${index}`, { filling })
      sent.push(event['id'])
      await post('/events', [event])
    }
    await reader.until(() => reader.received.length >= sent.length)
    expect(reader.received.map(({ event }) => (event as Message)['id'])).toEqual(sent)
    expect(await sleeper.wake()).toBe(1013)
    reader.close()
  })

  test('logs go to whoever asked for their run', async () => {
    const flow = await post('/flows/', { name: unique() })
    const runs = await Promise.all(range(4).map(() => post('/flow_runs/', { flow_id: flow['id'] })))
    const clients = await Promise.all(range(100).map(() => Client.open(server.url, '/logs/out')))
    for (const [index, client] of clients.entries()) {
      client.send({ type: 'filter', filter: { flow_run_id: { any_: [runs[index % runs.length]?.['id']] }, level: { ge_: 20 } } })
    }
    // There is no answer to a filter: a marker for each run shows that all filters are in place.
    const timestamp = new Date().toISOString()
    const log = (run: number, message: string, level = 20): Message => {
      return { name: 'n', level, message, timestamp, flow_run_id: runs[run]?.['id'] }
    }
    await untilAll(clients, async () => {
      await post(
        '/logs/',
        range(4).map((run) => log(run, 'marker')),
      )
    })
    await post(
      '/logs/',
      range(40).flatMap((index) => [log(index % 4, `${index}`), log(index % 4, 'too low', 10)]),
    )
    for (const [index, client] of clients.entries()) {
      const expected = range(40).filter((each) => each % 4 === index % 4)
      const messages = (): string[] =>
        client.received.map(({ log: received }) => text((received as Message)['message'])).filter((message) => message !== 'marker')
      await client.until(() => messages().length >= expected.length)
      expect(messages()).toEqual(expected.map(String))
      client.close()
    }
  })

  const delay = (key: string, index: number): Promise<Message> =>
    post('/task_runs/', {
      task_key: key,
      dynamic_key: `${index}`,
      name: `t${index}`,
      state: { type: 'SCHEDULED', state_details: { deferred: true } },
    })

  const worker = async (key: string, clientId: string): Promise<Client> => {
    const client = await Client.open(server.url, '/task_runs/subscriptions/scheduled')
    client.send({ type: 'subscribe', keys: [key], client_id: clientId })
    return client
  }

  /** Acknowledges what comes until all runs are taken. */
  async function work(client: Client, taken: string[], count: number): Promise<void> {
    let done = 0
    while (taken.length < count) {
      await client.until(() => client.received.length > done || taken.length >= count)
      while (done < client.received.length) {
        taken.push(text(client.received[done++]?.['id']))
        client.send({ type: 'ack' })
      }
    }
  }

  test('every background task run goes to exactly one task worker', async () => {
    const key = unique()
    const workers = await Promise.all(range(10).map((index) => worker(key, `worker-${index}`)))
    const taken: string[] = []
    const working = Promise.all(workers.map((client) => work(client, taken, 100)))
    const runs = await Promise.all(range(100).map((index) => delay(key, index)))
    await working
    expect(taken.toSorted()).toEqual(runs.map(({ id }) => text(id)).toSorted())
    const seen = await post<Message[]>('/task_workers/filter', { task_worker_filter: { task_keys: [key] } })
    expect(seen.map(({ identifier }) => text(identifier)).toSorted()).toEqual(range(10).map((index) => `worker-${index}`))
    for (const client of workers) client.close()
  })

  test('a run that its worker did not acknowledge goes to the next one, first', async () => {
    const key = unique()
    const runs = [await delay(key, 0), await delay(key, 1)]
    const leaving = await worker(key, 'leaving')
    await leaving.until(() => leaving.received.length === 1)
    expect(leaving.received[0]?.['id']).toBe(runs[0]?.['id'])
    const next = await worker(key, 'next')
    await next.until(() => next.received.length === 1)
    leaving.close()
    await leaving.closed
    const third = await worker(key, 'third')
    await third.until(() => third.received.length === 1)
    expect(next.received[0]?.['id']).toBe(runs[1]?.['id'])
    expect(third.received[0]?.['id']).toBe(runs[0]?.['id'])
    for (const client of [next, third]) client.close()
  })

  test('what waits is found again after a crash', async () => {
    const key = unique()
    const runs = await Promise.all(range(5).map((index) => delay(key, index)))
    server.process.kill('SIGKILL')
    await server.process.exited
    server = await start(server.database)
    const client = await worker(key, 'later')
    const taken: string[] = []
    await work(client, taken, runs.length)
    expect(taken.toSorted()).toEqual(runs.map(({ id }) => text(id)).toSorted())
    client.close()
  })
})

/** Repeats until every client has got something. */
async function untilAll(clients: readonly Client[], attempt: () => Promise<void>): Promise<void> {
  for (let tries = 0; clients.some((client) => client.received.length === 0); tries++) {
    if (tries === 100) throw new Error('some client never got anything')
    await attempt()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
