/** The reference's services and ours work on copies of one database, at the same instants: what they leave must be the same. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { services } from '../../src/actors/services/index.ts'
import { loadSettings } from '../../src/config/settings.ts'
import { log } from '../../src/logging/log.ts'
import type { Database } from '../../src/storage/database.ts'
import { upgrade } from '../../src/storage/migrations/migrate.ts'
import { type Dialect, sql } from '../../src/storage/sql.ts'
import { Missing } from '../environment/missing.ts'
import { oraclePython } from '../environment/oracle.ts'
import { createDatabase, dropDatabase } from '../environment/postgres.ts'
import { run } from '../environment/processes.ts'
import { postgresDatabase, sqlite } from '../storage/databases.ts'
import { Actor } from './actor.ts'
import { rowsOf, withoutTraces } from './dump.ts'
import { makeRows, start } from './rows.ts'

log.level = 'silent'

const everyService = [
  'schedule_deployments',
  'schedule_recent_deployments',
  'monitor_late_runs',
  'monitor_worker_health',
  'monitor_expired_pauses',
  'monitor_cancelled_flow_runs',
  'monitor_subflow_runs',
  'ensure_cancelling_timeout_checks',
  'schedule_event_vacuum_tasks',
  'schedule_vacuum_tasks',
  'schedule_orphan_vacuum_tasks',
]
const halfADay = 12 * 3600
/** First everything, once; then the scheduler for a week in which summer time ends in Berlin. */
const passes: [string, string[]][] = [
  [start.text, everyService],
  ...Array.from({ length: 14 }, (_, index): [string, string[]] => [
    start.addSeconds((index + 1) * halfADay).text,
    ['schedule_deployments'],
  ]),
]

const environment = {
  PREFECT_SERVER_SERVICES_DB_VACUUM_EVENT_RETENTION_OVERRIDES: '{"ping": 86400, "pong": 8640000}',
  PREFECT_SERVER_SERVICES_SCHEDULER_DEPLOYMENT_BATCH_SIZE: '3',
  PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS: '20',
}

interface Left {
  rows: Record<string, unknown[]>
  events: unknown[]
  cleanups: unknown[]
}

interface Places {
  theirs: string
  ours: string
  remove(): Promise<void>
}

const places: Record<Dialect, () => Promise<Places>> = {
  async sqlite() {
    const folder = await mkdtemp(join(tmpdir(), 'prefect-services-'))
    return { theirs: join(folder, 'theirs.db'), ours: join(folder, 'ours.db'), remove: () => rm(folder, { recursive: true }) }
  },
  async postgres() {
    const { url, name, drop } = await createDatabase('services')
    const copy = `${name}_ours`
    return {
      theirs: url,
      ours: url.replace(name, copy),
      async remove() {
        await dropDatabase(copy)
        await drop()
      },
    }
  },
}

const open = (dialect: Dialect, place: string): Promise<Database> =>
  dialect === 'sqlite' ? sqlite(place) : Promise.resolve(postgresDatabase(place))

describe.each<Dialect>(['sqlite', 'postgres'])('services on %s', (dialect) => {
  let theirs: Left
  let ours: Left
  let missing: string | undefined
  let remove: (() => Promise<void>) | undefined
  beforeAll(async () => {
    try {
      await oraclePython()
      const made = await places[dialect]()
      remove = made.remove
      const told = await askReference(dialect, made)
      theirs = { ...told, rows: await inDatabase(dialect, made.theirs, rowsOf) }
      ours = await inDatabase(dialect, made.ours, runOurs)
    } catch (error) {
      if (!(error instanceof Missing)) throw error
      missing = error.message
    }
  }, 420_000)
  beforeEach(({ skip }) => skip(missing !== undefined, missing))
  afterAll(() => remove?.())

  test('leave the same rows', () => {
    for (const [table, rows] of Object.entries(withoutTraces(theirs.rows))) {
      expect.soft({ [table]: withoutTraces(ours.rows[table] ?? []) }).toEqual({ [table]: rows })
    }
  })

  test('tell the same', () => {
    expect(withoutTraces(ours.events)).toEqual(withoutTraces(theirs.events))
    expect(theirs.events.length).toBeGreaterThan(10)
  })

  test('ask workers for the same', () => {
    expect(withoutTraces(ours.cleanups)).toEqual(withoutTraces(theirs.cleanups))
    expect(theirs.cleanups.length).toBe(1)
  })
})

async function inDatabase<Result>(dialect: Dialect, place: string, work: (database: Database) => Promise<Result>): Promise<Result> {
  const database = await open(dialect, place)
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

async function askReference(dialect: Dialect, { theirs, ours }: Places): Promise<Omit<Left, 'rows'>> {
  const url = dialect === 'sqlite' ? `sqlite+aiosqlite:///${theirs}` : theirs.replace('postgresql://', 'postgresql+asyncpg://')
  const copy = dialect === 'sqlite' ? ours : (ours.split('/').at(-1) ?? '')
  const env = { ...process.env, ...environment, PREFECT_API_DATABASE_CONNECTION_URL: url, PREFECT_LOGGING_LEVEL: 'CRITICAL' }
  const input = JSON.stringify({ rows: makeRows(), copy, passes })
  const { code, output } = await run(await oraclePython(), [join(import.meta.dirname, 'reference.py')], { env, input })
  if (code !== 0) throw new Error(`the reference failed: ${output}`)
  return JSON.parse(output.slice(output.indexOf('{"events"')))
}

/** The same passes of ours, in the thread of the test. */
async function runOurs(database: Database): Promise<Left> {
  await upgrade(database)
  const settings = loadSettings({ HOME: '/nowhere', ...environment }, '/')
  const actor = new Actor(database, settings)
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    for (const [instant, names] of passes) {
      vi.setSystemTime(instant)
      for (const name of names) {
        const service = services.find((each) => each.name === name)
        if (service === undefined) throw new Error(`no service ${name}`)
        await actor.pass(service)
      }
    }
    await actor.drain()
  } finally {
    vi.useRealTimers()
  }
  return {
    rows: await rowsOf(database),
    events: await eventsOf(database),
    cleanups: await database.read((tx) =>
      tx.query(sql`SELECT id AS message_id, idempotency_key, work_pool_id, work_queue_id, kind, target FROM server_cleanup`),
    ),
  }
}

async function eventsOf(database: Database): Promise<unknown[]> {
  const rows = await database.read((tx) => tx.query<{ events: unknown[] }>(sql`SELECT events FROM server_outbox ORDER BY id`))
  return rows.flatMap((row) => row.events)
}
