/** The two servers that tests compare: the reference and ours, started the same way. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { oraclePython } from './oracle.ts'
import { artifact, oracleFolder, root } from './paths.ts'
import { freePort } from './ports.ts'
import { createDatabase } from './postgres.ts'
import { type Running, start, waitUntil } from './processes.ts'

export type Backend = 'sqlite' | 'postgres'
export const backends: readonly Backend[] = ['sqlite', 'postgres']

/** all: everything; reactive: what answers to messages, without what acts by the clock; none: the API alone. */
export type Services = 'all' | 'reactive' | 'none'

export interface ServerOptions {
  backend: Backend
  services?: Services
  /** Further PREFECT_… settings. */
  settings?: Readonly<Record<string, string>>
  /** An existing database: the path of a SQLite file or a postgresql:// URL. Otherwise an empty one is made, and removed at the end. */
  database?: string
  /** Started under this command, such as strace with its options. */
  under?: readonly string[]
  port?: number
  /** Called once the process runs, before it is healthy. */
  onStart?: (running: Running) => void
}

export interface Server {
  /** The URL of the API: http://127.0.0.1:4450/api */
  readonly url: string
  readonly port: number
  /** The path of the SQLite file, or the postgresql:// URL. */
  readonly database: string
  readonly process: Running
  stop(): Promise<void>
}

export type Implementation = 'reference' | 'ours'

/** Starts the reference or our server, and waits until it is healthy. */
export async function startServer(implementation: Implementation, options: ServerOptions): Promise<Server> {
  const home = await mkdtemp(join(tmpdir(), `prefect-test-${implementation}.`))
  const made = options.database === undefined && options.backend === 'postgres' ? await createDatabase(implementation) : null
  const database = options.database ?? made?.url ?? join(home, 'prefect.db')
  const port = options.port ?? (await freePort())
  const env = {
    ...environmentWithoutPrefect(),
    PREFECT_HOME: home,
    PREFECT_PROFILES_PATH: join(home, 'profiles.toml'),
    PREFECT_API_DATABASE_CONNECTION_URL: sqlAlchemyUrl(database),
    PREFECT_SERVER_ANALYTICS_ENABLED: 'false',
    PREFECT_SERVER_UI_ENABLED: 'false',
    DO_NOT_TRACK: '1',
    ...serviceSettings[options.services ?? 'reactive'],
    ...options.settings,
  }
  const [command, ...args] = [...(options.under ?? []), ...(await commandLine(implementation, port, options.services))]
  const running = start(command ?? '', args, { env, log: artifact(`${implementation}-${port}.log`), cwd: home })
  options.onStart?.(running)
  const url = `http://127.0.0.1:${port}${options.settings?.['PREFECT_SERVER_API_BASE_PATH'] ?? '/api'}`
  const clean = async (): Promise<void> => {
    await running.stop()
    await made?.drop()
    await rm(home, { recursive: true, force: true })
  }
  try {
    await waitUntil(`${implementation} on ${url}`, () => isHealthy(url), { process: running, seconds: 120 })
  } catch (error) {
    await clean()
    throw error
  }
  return { url, port, database, process: running, stop: clean }
}

/** Puts a second reference in the place of our server: what then differs is a fault of the test. */
const rehearsal = process.env['PREFECT_TEST_OURS'] === 'reference'

async function commandLine(implementation: Implementation, port: number, services?: Services): Promise<string[]> {
  if (implementation === 'reference' || rehearsal) return [await oraclePython(), join(oracleFolder, 'launch.py'), String(port)]
  const launcher = join(root, 'bin/prefect-server.js')
  if (!existsSync(launcher)) throw new Error(`${launcher} does not exist`)
  return [process.execPath, launcher, '--port', String(port), ...(services === 'none' ? ['--no-services'] : [])]
}

/** As the oracle's serve.sh sets them. */
const serviceSettings: Readonly<Record<Services, Readonly<Record<string, string>>>> = {
  all: {},
  none: { PREFECT__SERVER_WEBSERVER_ONLY: '1' },
  reactive: {
    ...Object.fromEntries(
      ['SCHEDULER', 'LATE_RUNS', 'FOREMAN', 'PAUSE_EXPIRATIONS', 'CANCELLATION_CLEANUP', 'REPOSSESSOR'].map((service) => [
        `PREFECT_SERVER_SERVICES_${service}_ENABLED`,
        'false',
      ]),
    ),
    PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL: '0.5',
    PREFECT_SERVER_LOGS_STREAM_OUT_ENABLED: 'true',
    PREFECT_SERVER_LOGS_STREAM_PUBLISHING_ENABLED: 'true',
  },
}

/** The reference's spelling of a database, which ours takes too. */
function sqlAlchemyUrl(database: string): string {
  return database.startsWith('postgresql://')
    ? database.replace('postgresql://', 'postgresql+asyncpg://')
    : `sqlite+aiosqlite:///${database}`
}

/** Settings of whoever runs the tests must not leak into the servers. */
export function environmentWithoutPrefect(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('PREFECT_') || name.startsWith('PREFECT_TEST_')),
  )
}

export async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`, { signal: AbortSignal.timeout(2000) })).ok
  } catch {
    return false
  }
}
