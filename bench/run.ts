/**
 * The bench suite: starts our server and the reference side by side on databases of their own, and lets them take turns at
 * each case, so that what else the machine does hits both.
 *
 *     npm run bench -- [--only lifecycle,logs] [--backend sqlite,postgres] [--against reference|none] [--seconds 4]
 *                      [--rounds 2] [--runs 100000] [--json file] [--profile]
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createDatabase } from '../test/environment/postgres.ts'
import { killAll } from '../test/environment/processes.ts'
import { type Backend, backends, type Server, startServer } from '../test/environment/servers.ts'
import { Api } from './api.ts'
import type { Case, SideName, Site, Work } from './case.ts'
import { cases } from './cases/index.ts'
import { openDatabase } from './database.ts'
import { fill } from './fill.ts'
import { type Measurement, measure } from './measure.ts'
import { describeProfiles, profileFolder } from './profile.ts'
import { type Result, summarize, table } from './report.ts'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    backend: { type: 'string', default: 'sqlite,postgres' },
    against: { type: 'string', default: 'reference' },
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '2' },
    runs: { type: 'string' },
    profile: { type: 'boolean', default: false },
    json: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
})
if (options.runs !== undefined) process.env['PREFECT_BENCH_RUNS'] = options.runs

const wanted = cases.filter(({ name }) => options.only === undefined || options.only.split(',').some((part) => name.includes(part)))
if (options.list || wanted.length === 0) {
  console.log(cases.map(({ name }) => name).join('\n'))
  process.exit(options.list ? 0 : 2)
}
const sides: readonly SideName[] = options.against === 'none' ? ['ours'] : ['ours', 'reference']
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))
process.on('exit', killAll)

interface Side {
  server: Server
  work: Work
  stop(): Promise<void>
}

const profiles = options.profile ? profileFolder() : null
const results: Result[] = []
for (const backend of backends.filter((name) => options.backend.split(',').includes(name))) {
  for (const each of wanted) results.push(await compare(each, backend))
}
console.log(`\n${table(results)}`)
if (profiles !== null) console.log(`\n${describeProfiles(profiles.folder)}\n\nThe profiles are in ${profiles.folder}.`)
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`)
process.exit(0)

async function compare(each: Case, backend: Backend): Promise<Result> {
  const measurements: Record<SideName, Measurement[]> = { ours: [], reference: [] }
  const running = new Map<SideName, Side>()
  try {
    for (const side of sides) running.set(side, await open(side, each, backend))
    for (let round = 0; round < Number(options.rounds); round++) {
      for (const [side, { server, work }] of running) {
        const counts = each.latencyBar === undefined ? each.connections[side] : [...new Set([1, ...each.connections[side]])]
        for (const connections of counts) {
          measurements[side].push(await measure(server, work, connections, Number(options.seconds) * 1000))
        }
      }
    }
  } finally {
    for (const side of running.values()) await side.stop()
  }
  const result = summarize(each, backend, measurements)
  console.log(`${each.name} (${backend}): ${result.ratio === null ? 'no ratio' : `${result.ratio.toFixed(1)}×`} (goal ${result.bar}×)`)
  return result
}

/** A server with an empty database, filled as the case asks. */
async function open(name: SideName, each: Case, backend: Backend): Promise<Side> {
  const made = backend === 'postgres' ? await createDatabase(`bench_${name}`) : null
  const server = await startServer(name, {
    backend,
    services: 'reactive',
    settings: {
      PREFECT_SERVER_LOGGING_LEVEL: 'WARNING',
      PREFECT_LOGGING_SERVER_LEVEL: 'ERROR',
      ...(profiles !== null && name === 'ours' && { NODE_OPTIONS: profiles.nodeOptions }),
    },
    ...(made !== null && { database: made.url }),
  })
  const database = openDatabase(backend, server.database)
  const api = new Api(server.url)
  if (each.filled !== undefined) {
    const { runs, scheduled = 0 } = each.filled
    const queue = scheduled > 0 ? await createQueue(api) : null
    await fill(database, runs, scheduled, queue)
  }
  const site: Site = { side: name, api, database, socketUrl: server.url.replace('http', 'ws') }
  return {
    server,
    work: await each.prepare(site),
    async stop() {
      await server.stop()
      await made?.drop()
    },
  }
}

async function createQueue(api: Api): Promise<{ id: string; name: string }> {
  const pool = await api.post('/work_pools/', { name: 'bench', type: 'process' })
  return { id: String(pool['default_queue_id']), name: 'default' }
}
