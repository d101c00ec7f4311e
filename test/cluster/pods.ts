/** Pods of one cluster, and what they say about themselves. */
import { setTimeout as sleep } from 'node:timers/promises'
import { createDatabase, type TestDatabase } from '../environment/postgres.ts'
import { type PrivateRedis, startRedis } from '../environment/redis.ts'
import { type Server, type ServerOptions, startServer } from '../environment/servers.ts'

export interface PodSaid {
  pid: number
  api: { ready: boolean } | null
  services: { role: string; term: number | null } | null
  broker: { backend: string; connected: boolean }
}

const quick = { PREFECT_SERVER_REGISTER_BLOCKS_ON_START: 'false', PREFECT_SERVER_SERVICES_REPOSSESSOR_LOOP_SECONDS: '0.2' }

export class Cluster {
  readonly database: TestDatabase
  readonly redis: PrivateRedis | null
  readonly pods: Server[] = []

  private constructor(database: TestDatabase, redis: PrivateRedis | null) {
    this.database = database
    this.redis = redis
  }

  /** Runs `work` with a cluster that is taken down afterwards. `postgres`: another server than the usual one. */
  static async use(broker: 'redis' | 'memory', work: (cluster: Cluster) => Promise<void>, postgres?: string): Promise<void> {
    const redis = broker === 'redis' ? await startRedis() : null
    const database = await createDatabase('cluster', postgres)
    const cluster = new Cluster(database, redis)
    try {
      await work(cluster)
    } finally {
      await Promise.all(cluster.pods.map((pod) => pod.stop()))
      await redis?.stop()
      await database.drop()
    }
  }

  async start(options: Partial<ServerOptions> = {}): Promise<Server> {
    const { redis, database } = this
    const broker = redis === null ? {} : { PREFECT_BROKER_BACKEND: 'redis', PREFECT_REDIS_MESSAGING_URL: redis.url }
    const settings = { ...quick, ...broker, PREFECT_SERVER_LOGGING_LEVEL: 'INFO', ...options.settings }
    const pod = await startServer('ours', { backend: 'postgres', database: database.url, services: 'all', ...options, settings })
    this.pods.push(pod)
    return pod
  }

  /** Takes a pod down for good. */
  async remove(pod: Server): Promise<void> {
    this.pods.splice(this.pods.indexOf(pod), 1)
    await pod.stop()
  }

  /** The pod that leads, other than `not`; waits for it. */
  async leader(not?: Server): Promise<Server> {
    return await eventually('a leader', async () => {
      for (const pod of this.pods) if (pod !== not && (await said(pod))?.services?.role === 'leading') return pod
      return undefined
    })
  }
}

/** What a pod says about itself; undefined when it does not answer. */
export async function said(pod: Server): Promise<PodSaid | undefined> {
  try {
    const response = await fetch(`${pod.url}/admin/pods`, { signal: AbortSignal.timeout(1000) })
    const { pods } = (await response.json()) as { pods: PodSaid[] }
    return pods[0]
  } catch {
    return undefined
  }
}

/** Asks until there is an answer. */
export async function eventually<Result>(what: string, ask: () => Promise<Result | undefined>, seconds = 40): Promise<Result> {
  const end = performance.now() + seconds * 1000
  for (;;) {
    const result = await ask()
    if (result !== undefined) return result
    if (performance.now() > end) throw new Error(`${what}: not within ${seconds} s`)
    await sleep(25)
  }
}

/** How long `work` takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return Math.round(performance.now() - began)
}
