/** What one pod commits is heard on the websockets of another. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Server } from '../environment/servers.ts'
import { Client } from '../streams/sockets.ts'

const always = { occurred: { since: '2020-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z' } }

/** Follows the events of `other` while `one` gets some; resolves when they are heard. */
export async function hearsEvents(one: Server, other: Server): Promise<void> {
  const client = await Client.open(other.url, '/events/out')
  client.send({ type: 'filter', backfill: false, filter: always })
  const end = performance.now() + 30_000
  // The filter takes effect at some moment after it was sent: what comes then is heard.
  for (let count = 0; client.received.length === 0; count++) {
    if (performance.now() > end) throw new Error('no event came from the other pod')
    const occurred = new Date().toISOString()
    const resource = { 'prefect.resource.id': 'test.cluster' }
    await post(one, '/events', [{ id: randomUUID(), occurred, event: `over-there-${count}`, resource }])
    await sleep(100)
  }
  client.close()
}

/** Background task runs that come in through one pod reach a task worker on another; with workers on both, each run one. */
export async function handsOutTasks(one: Server, other: Server): Promise<void> {
  const alone = `far-${randomUUID()}`
  const far = await worker(other, alone)
  await delay(one, alone, 0)
  await far.client.until(() => far.taken.length === 1)

  const shared = `shared-${randomUUID()}`
  const workers = [await worker(one, shared), await worker(other, shared)]
  const count = 40
  for (let index = 0; index < count; index++) await delay(index % 2 === 0 ? one : other, shared, index)
  const taken = (): string[] => workers.flatMap((each) => each.taken)
  const end = performance.now() + 60_000
  while (taken().length < count && performance.now() < end) await sleep(50)
  await sleep(300)
  const distinct = new Set(taken())
  for (const { client } of [far, ...workers]) client.close()
  if (taken().length !== count || distinct.size !== count) {
    throw new Error(`of ${count} runs ${distinct.size} were handed out, ${taken().length} times in all`)
  }
}

/** A worker that is connected to one pod is told what another did to its work pool. */
export async function tellsWorkers(one: Server, other: Server): Promise<void> {
  const pool = `pool-${randomUUID()}`
  await post(one, '/work_pools/', { name: pool, type: 'process' })
  const client = await Client.open(other.url, `/work_pools/${pool}/workers/connect`)
  const payload = {
    ...{ consumer_id: randomUUID(), worker_name: 'worker', worker_type: 'process', heartbeat_interval_seconds: 30 },
    supported_channel_versions: ['work_pool_worker_channel.v1'],
    requested_capabilities: ['worker_heartbeat.v1', 'work_pool_snapshot.v1'],
  }
  client.send({ type: 'worker.hello.v1', id: randomUUID(), sent_at: new Date().toISOString(), payload })
  await client.until(() => client.received.some(({ type }) => type === 'worker.ready.v1'))
  const end = performance.now() + 30_000
  // News may be lost: then the next change tells of this one, too.
  for (let count = 0; !client.received.some(({ type }) => type === 'work_pool.snapshot.v1'); count++) {
    if (performance.now() > end) throw new Error('the worker heard nothing of its pool')
    await send(one, 'PATCH', `/work_pools/${pool}`, { concurrency_limit: count })
    await sleep(300)
  }
  await send(one, 'DELETE', `/work_pools/${pool}`)
  client.close()
}

interface Worker {
  client: Client
  taken: string[]
}

/** A task worker that acknowledges what it gets. */
async function worker(pod: Server, key: string): Promise<Worker> {
  const client = await Client.open(pod.url, '/task_runs/subscriptions/scheduled')
  client.send({ type: 'subscribe', keys: [key], client_id: `${pod.port}-${key}` })
  const taken: string[] = []
  void (async () => {
    for (let seen = 0; ; seen++) {
      await client.until(() => client.received.length > seen, 120)
      taken.push(String(client.received[seen]?.['id']))
      client.send({ type: 'ack' })
    }
  })().catch(() => {
    // The socket was closed: the test is over.
  })
  return { client, taken }
}

async function delay(pod: Server, key: string, index: number): Promise<void> {
  const state = { type: 'SCHEDULED', state_details: { deferred: true } }
  await post(pod, '/task_runs/', { task_key: key, dynamic_key: `${index}`, name: `t${index}`, state })
}

const post = (pod: Server, path: string, body: unknown): Promise<void> => send(pod, 'POST', path, body)

async function send(pod: Server, method: string, path: string, body?: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(pod.url + path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
}
