/** The steps of `npm test`, in order: first what is quick. Each is an npm script of its own too (`npm run test:unit`). */
import { join } from 'node:path'
import { browserStep } from './browser/run.ts'
import { client } from './client/run.ts'
import { cluster } from './cluster/run.ts'
import { conformance, fuzz } from './conformance/run.ts'
import { root } from './environment/paths.ts'
import { postgres } from './environment/postgres.ts'
import { run } from './environment/processes.ts'
import { redis } from './environment/redis.ts'
import { backends } from './environment/servers.ts'
import { crash } from './faults/crash.ts'
import { checkImports } from './imports.ts'
import { interchange } from './interchange/run.ts'
import { kubernetes } from './kubernetes/run.ts'
import { packageStep } from './package/run.ts'
import type { Tally } from './tally.ts'
import { runVitest } from './vitest.ts'

export interface Step {
  name: string
  title: string
  /** What it should take at most on two cores; past twice that it is ended and fails. */
  minutes: number
  /** Why `npm test` leaves it out so far; `--only` runs it all the same. */
  open?: string
  run(tally: Tally, options: StepOptions): Promise<void>
}

export interface StepOptions {
  /** Run the full counts of `npm run prove`, of which `npm test` runs a tenth. */
  prove: boolean
}

export const steps: readonly Step[] = [
  {
    name: 'types',
    title: 'TypeScript, strict',
    minutes: 1,
    run: (tally) => command(tally, 'tsc --noEmit', ['tsc', '--noEmit', '--pretty', 'false']),
  },
  {
    name: 'lint',
    title: 'lint and format (biome)',
    minutes: 1,
    run: (tally) => command(tally, 'biome check', ['biome', 'check', '--max-diagnostics=50']),
  },
  { name: 'imports', title: 'import direction and cycles', minutes: 1, run: checkImports },
  {
    name: 'unit',
    title: 'unit and property tests',
    minutes: 4,
    run: async (tally, { prove }) => runVitest(tally, 'unit', { ...(await services()), ...(prove && { PREFECT_TEST_SCHEDULES: '10000' }) }),
  },
  {
    name: 'storage',
    title: 'both databases: values, transactions, migrations, faults',
    minutes: 5,
    run: async (tally) => runVitest(tally, 'storage', await services()),
  },
  {
    name: 'filters',
    title: "every filter and sort, on the same rows as the reference's",
    minutes: 3,
    run: async (tally) => runVitest(tally, 'filters', await services()),
  },
  {
    name: 'services',
    title: "services that act by the clock: the same as the reference's, whatever fails in between",
    minutes: 5,
    run: async (tally) => runVitest(tally, 'services', await services()),
  },
  {
    name: 'resources',
    title: 'resource tests over HTTP, on both databases',
    minutes: 5,
    async run(tally) {
      for (const backend of backends) {
        await tally.part(backend, async () => runVitest(tally, 'resources', { ...(await services()), PREFECT_TEST_BACKEND: backend }))
      }
    },
  },
  {
    name: 'streams',
    title: 'websockets, on both databases: many subscribers, slow ones, task workers',
    minutes: 3,
    run: async (tally) => runVitest(tally, 'streams', await services()),
  },
  {
    name: 'conformance',
    title: 'scenarios on the reference and on ours',
    minutes: 12,
    run: conformance,
  },
  {
    name: 'fuzz',
    title: 'random requests to the reference and to ours',
    minutes: 6,
    run: fuzz,
  },
  {
    name: 'client',
    open: 'three passes in a row on a quiet machine are due before it counts',
    title: 'the real client and its CLI on the reference and on ours',
    minutes: 5,
    run: client,
  },
  {
    name: 'interchange',
    open: 'three passes in a row on a quiet machine are due before it counts',
    title: 'one database, served by the reference and by ours in turn',
    minutes: 6,
    run: interchange,
  },
  {
    name: 'cluster',
    title: 'several pods: who leads, who takes over, what reaches whom',
    minutes: 4,
    run: cluster,
  },
  {
    name: 'crash',
    open: 'three passes in a row on a quiet machine are due before it counts',
    title: 'kill -9 under load, at named points, and what reaches the disk',
    minutes: 5,
    run: crash,
  },
  { name: 'kubernetes', title: 'manifests against the schemas of Kubernetes', minutes: 2, run: kubernetes },
  {
    name: 'browser',
    open: 'all of it has passed, but not yet in one run',
    title: "the reference's web UI in a browser, on the reference and on ours",
    minutes: 8,
    run: browserStep,
  },
  { name: 'package', title: 'the tarball, installed', minutes: 3, run: packageStep },
]

/** Tells tests in other processes where the services are; what is missing they find out, and skip. */
async function services(): Promise<NodeJS.ProcessEnv> {
  const [postgresUrl, redisUrl] = await Promise.allSettled([postgres(), redis()])
  return {
    ...(postgresUrl.status === 'fulfilled' && { PREFECT_TEST_POSTGRES_URL: postgresUrl.value }),
    ...(redisUrl.status === 'fulfilled' && { PREFECT_TEST_REDIS_URL: redisUrl.value }),
  }
}

async function command(tally: Tally, what: string, [name, ...args]: readonly [string, ...string[]]): Promise<void> {
  await tally.check(what, async () => {
    const { code, output } = await run(join(root, 'node_modules/.bin', name), args, { cwd: root })
    if (code !== 0) throw new Error(`exit code ${code}\n${output}`)
  })
}
