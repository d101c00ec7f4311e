/** Several pods on one PostgreSQL: who leads, who takes over, what reaches whom. */

import { Redis } from 'ioredis'
import { artifact } from '../environment/paths.ts'
import { freePort } from '../environment/ports.ts'
import { type PrivatePostgres, startPostgres } from '../environment/postgres.ts'
import { run } from '../environment/processes.ts'
import { type Backend, type Server, startServer } from '../environment/servers.ts'
import type { Tally } from '../tally.ts'
import { underLoad } from './load.ts'
import { startProxy } from './partition.ts'
import { Cluster, eventually, said, timed } from './pods.ts'
import { handsOutTasks, hearsEvents, tellsWorkers } from './streams.ts'
import { Writes } from './writes.ts'

/** The promises, which `npm run prove` holds the server to. A machine that is busy with other things is given more time. */
const takeover = { kill: 5000, term: 1000 }
const patience = 30_000
let strict = false

interface Options {
  prove: boolean
}

export async function cluster(tally: Tally, { prove }: Options): Promise<void> {
  strict = prove
  await tally.part('PostgreSQL and Redis', () => Cluster.use('redis', (pods) => withRedis(tally, pods, prove ? 20 : 2)))
  await tally.part('PostgreSQL alone', async () => {
    const postgres = await startPostgres()
    try {
      await Cluster.use('memory', (pods) => withoutRedis(tally, pods, postgres), postgres.url)
    } finally {
      await postgres.stop()
    }
  })
  await tally.part('SQLite and Redis', () => Cluster.use('redis', (pods) => sqliteWithRedis(tally, pods)))
}

async function withRedis(tally: Tally, pods: Cluster, times: number): Promise<void> {
  await pods.start()
  await pods.start()
  await pods.leader()
  const writes = await Writes.watch(pods.database.url)
  try {
    await tally.check('one pod leads, the other stands by', async () => {
      const roles = await Promise.all(pods.pods.map(async (pod) => (await said(pod))?.services?.role))
      expectEqual(roles.toSorted(), ['leading', 'standby'])
    })
    await tally.check('events reach the websockets of the other pod', async () => {
      const [one, other] = pods.pods
      if (one && other) await hearsEvents(one, other)
    })
    await tally.check('background tasks reach task workers of the other pod, each one', async () => {
      const [one, other] = pods.pods
      if (one && other) await handsOutTasks(one, other)
    })
    await tally.check('workers hear of their pools from the other pod', async () => {
      const [one, other] = pods.pods
      if (one && other) await tellsWorkers(one, other)
    })
    await tally.check(`kill -9 of the leader, ${times} times: the other takes over`, () => killLeaders(pods, times))
    await tally.check('SIGTERM of the leader: the other takes over at once', () => terminateLeader(pods))
    await tally.check('a leader that was stopped and wakes up writes no more', async () => {
      for (let time = 0; time < Math.max(1, times / 4); time++) await stopLeader(pods, writes)
    })
    await tally.check('FLUSHALL: requests go on, and a pod leads again', () => emptyRedis(pods))
    await tally.check('a leader that Redis is cut off from steps down, and comes back as a standby', () => cutOffLeader(pods))
    await tally.check('requests go on without Redis, and a pod leads again when it is back', () => loseRedis(pods))
    await tally.check('a pod that stops under load answers everything and exits with 0', () => underLoad(pods))
    await tally.check('every write of a service was of the term that there was', async () => {
      const noted = await writes.noted()
      const wrong = noted.filter(({ said, term }) => said !== String(term))
      if (wrong.length > 0) throw new Error(`of ${noted.length} writes: ${JSON.stringify(wrong.slice(0, 3))}`)
      const back = noted.find(({ term }, index) => index > 0 && term < (noted[index - 1]?.term ?? 0))
      if (back) throw new Error(`term ${back.term} came after a later one`)
      const terms = new Set(noted.map(({ term }) => term))
      if (terms.size < 4) throw new Error(`only ${terms.size} terms wrote`)
      console.log(`    ${noted.length} writes in ${terms.size} terms`)
    })
  } finally {
    await writes.stop()
  }
}

async function killLeaders(pods: Cluster, times: number): Promise<void> {
  const took: number[] = []
  for (let time = 0; time < times; time++) {
    const leader = await pods.leader()
    leader.process.kill('SIGKILL')
    took.push(await timed(() => pods.leader(leader)))
    await pods.remove(leader)
    await pods.start()
  }
  judge(took, takeover.kill)
}

async function terminateLeader(pods: Cluster): Promise<void> {
  const leader = await pods.leader()
  // What is quick is a pod that has been up for a while: one that has just started opens its connections first.
  for (const pod of pods.pods) for (let count = 0; count < 20; count++) await createFlow(pod, `warm-${pod.port}-${count}`)
  leader.process.kill('SIGTERM')
  const took = await timed(() => pods.leader(leader))
  const code = await leader.process.exited
  await pods.remove(leader)
  await pods.start()
  judge([took], takeover.term)
  expectEqual(code, 0)
}

async function stopLeader(pods: Cluster, writes: Writes): Promise<void> {
  const leader = await pods.leader()
  const before = await said(leader)
  leader.process.kill('SIGSTOP')
  const next = await pods.leader(leader)
  const term = (await said(next))?.services?.term ?? 0
  await eventually('writes of the new term', async () => ((await writes.noted()).some((write) => write.term === term) ? true : undefined))
  leader.process.kill('SIGCONT')
  const after = await eventually('the old leader standing by', async () => {
    const pod = await said(leader)
    return pod?.services?.role === 'standby' ? pod : undefined
  })
  expectEqual(after.pid, before?.pid)
  if (term <= (before?.services?.term ?? 0)) throw new Error(`term ${term} follows term ${before?.services?.term}`)
}

/** The leader's way to Redis goes half-open: nobody tells it that its connections are dead. */
async function cutOffLeader(pods: Cluster): Promise<void> {
  if (pods.redis === null) throw new Error('no Redis')
  const { hostname, port } = new URL(pods.redis.url)
  const proxy = await startProxy({ host: hostname, port: Number(port) })
  const pod = await pods.start({ settings: { PREFECT_REDIS_MESSAGING_URL: `redis://127.0.0.1:${proxy.port}` } })
  try {
    for (let leader = await pods.leader(); leader !== pod; leader = await pods.leader()) await pods.remove(leader)
    await pods.start()
    proxy.cut = true
    await pods.leader(pod)
    await eventually('the old leader stepping down', async () => ((await said(pod))?.services?.role === 'standby' ? true : undefined))
    await createFlow(pod, 'cut-off-from-redis')
    proxy.cut = false
    await eventually('the old leader reaching Redis', async () => ((await said(pod))?.broker.connected === true ? true : undefined))
    const next = await pods.leader(pod)
    await pods.start()
    await pods.remove(next)
    // The leader is gone, and the pod that was cut off may lead again, as any other.
    await pods.leader()
  } finally {
    await pods.remove(pod)
    await proxy.close()
  }
}

/** Redis loses all that it had, the lock of the leader, too. */
async function emptyRedis(pods: Cluster): Promise<void> {
  const [pod] = pods.pods
  if (pod === undefined || pods.redis === null) throw new Error('no pod, or no Redis')
  const term = async (): Promise<number> => (await said(await pods.leader()))?.services?.term ?? 0
  const before = await term()
  const redis = new Redis(pods.redis.url)
  await redis.flushall()
  redis.disconnect()
  for (let count = 0; count < 20; count++) await createFlow(pod, `emptied-${count}`)
  await eventually('a new term', async () => ((await term()) > before ? true : undefined))
}

async function loseRedis(pods: Cluster): Promise<void> {
  const [pod] = pods.pods
  if (pod === undefined || pods.redis === null) throw new Error('no pod, or no Redis')
  await pods.redis.stop()
  for (let count = 0; count < 20; count++) await createFlow(pod, `without-redis-${count}`)
  await eventually('no leader without Redis', async () => {
    const roles = await Promise.all(pods.pods.map(async (each) => (await said(each))?.services?.role))
    return roles.includes('leading') ? undefined : true
  })
  await pods.redis.start()
  await pods.leader()
  await createFlow(pod, 'with-redis-again')
}

async function withoutRedis(tally: Tally, pods: Cluster, postgres: PrivatePostgres): Promise<void> {
  const first = await pods.start()
  await tally.check('a single pod leads by the lock in the database', async () => void (await pods.leader()))
  await pods.start()
  await tally.check('another takes over when it is killed', async () => {
    first.process.kill('SIGKILL')
    judge([await timed(() => pods.leader(first))], takeover.kill)
  })
  await pods.remove(first)
  await tally.check('requests and services go on after PostgreSQL has crashed and recovered', async () => {
    const pod = await pods.leader()
    await postgres.restart()
    await eventually(
      'a flow created',
      async () =>
        await createFlow(pod, 'after-the-crash').then(
          () => true as const,
          () => undefined,
        ),
    )
    const term = (await said(await pods.leader()))?.services?.term
    if (!term) throw new Error(`it leads term ${term}`)
  })
}

async function sqliteWithRedis(tally: Tally, pods: Cluster): Promise<void> {
  const file = artifact(`cluster-${process.pid}-${await freePort()}.db`)
  const options: { backend: Backend; database: string } = { backend: 'sqlite', database: file }
  const pod = await pods.start({ ...options, settings: { PREFECT_SERVER_METRICS_ENABLED: 'true' } })
  await tally.check('the pod leads without a term', async () => {
    const { services } = (await said(pod)) ?? {}
    expectEqual([services?.role, services?.term], ['leading', null])
    await createFlow(pod, 'on-sqlite')
  })
  await tally.check('metrics tell of requests, the leader and its loops', async () => {
    const text = await eventually('metrics of the loops', async () => {
      const found = await (await fetch(`${pod.url}/metrics`)).text()
      return found.includes('prefect_server_loop_passes_total{') ? found : undefined
    })
    const expected = ['prefect_server_requests_total{method="POST",route="/flows/",status="201"} 1', 'prefect_server_is_leader 1']
    for (const line of expected) if (!text.split('\n').includes(line)) throw new Error(`no line ${line} in\n${text}`)
  })
  await tally.check('a second server on the file is refused', async () => {
    try {
      const second = await startServer('ours', { ...options, services: 'none' })
      await second.stop()
    } catch (error) {
      if (error instanceof Error && /is in use by another prefect-server/.test(error.message)) return
      throw error
    }
    throw new Error('it was not refused')
  })
  await pods.remove(pod)
  await run('rm', ['-f', file, `${file}-wal`, `${file}-shm`, `${file}.prefect-server.lock`])
}

async function createFlow(pod: Server, name: string): Promise<void> {
  const response = await fetch(`${pod.url}/flows/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  })
  if (response.status !== 201) throw new Error(`creating a flow answered ${response.status}: ${await response.text()}`)
}

function judge(milliseconds: readonly number[], promised: number): void {
  console.log(`    took ${milliseconds.join(', ')} ms; promised are ${promised}`)
  const limit = strict ? promised : patience
  if (Math.max(...milliseconds) > limit) throw new Error(`one took longer than ${limit} ms: ${milliseconds.join(', ')}`)
}

function expectEqual(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) throw new Error(`${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`)
}
