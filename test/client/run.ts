/** The real client works on the reference and on ours; what the two servers then show must be equal. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compareLines } from '../compare.ts'
import { oraclePython } from '../environment/oracle.ts'
import { artifact } from '../environment/paths.ts'
import { run, start, tail } from '../environment/processes.ts'
import {
  backends,
  environmentWithoutPrefect,
  type Implementation,
  type Server,
  type ServerOptions,
  startServer,
} from '../environment/servers.ts'
import type { Tally } from '../tally.ts'
import { anyKeyOrder, commands } from './commands.ts'
import { readDump } from './dump.ts'
import { Normaliser, type Section, sections } from './normalise.ts'

const scripts = join(import.meta.dirname, 'scripts')

export async function client(tally: Tally): Promise<void> {
  const reference = work('reference', { backend: 'postgres' })
  reference.catch(() => undefined) // reported where it is awaited
  for (const backend of backends) {
    await tally.part(`ours on ${backend}`, async () => {
      const [theirs, ours] = await Promise.all([reference, work('ours', { backend })])
      for (const [section, lines] of Object.entries(theirs)) {
        await tally.check(`${section}: ${lines.length} lines`, async () => compareLines(lines, ours[section] ?? []))
      }
    })
  }
}

/** Starts a server, lets the client work on it and gives what it then shows. */
export async function work(implementation: Implementation, options: ServerOptions): Promise<Section> {
  const server = await startServer(implementation, {
    ...options,
    settings: { PREFECT_SERVER_TASKS_TAG_CONCURRENCY_SLOT_WAIT_SECONDS: '0.5', ...options.settings },
  })
  const home = await mkdtemp(join(tmpdir(), 'prefect-test-client.'))
  try {
    await letClientWork(server, home)
    const dump = await readDump(server.url)
    const normaliser = new Normaliser(dump, home, server.url)
    const shown = { ...sections(dump, normaliser), commands: await runCommands(server, home, normaliser) }
    const label = `${implementation}-${options.backend}`
    await writeFile(artifact(`client-${label}.json`), JSON.stringify(shown, null, 1))
    return shown
  } finally {
    await server.stop()
    await rm(home, { recursive: true, force: true })
  }
}

function clientEnvironment(server: Server, home: string): NodeJS.ProcessEnv {
  return {
    ...environmentWithoutPrefect(),
    PREFECT_API_URL: server.url,
    PREFECT_HOME: home,
    PREFECT_PROFILES_PATH: join(home, 'profiles.toml'),
    PREFECT_SERVER_ALLOW_EPHEMERAL_MODE: 'false',
    PREFECT_RUNNER_POLL_FREQUENCY: '1',
    DO_NOT_TRACK: '1',
    COLUMNS: '250',
    NO_COLOR: '1',
    PYTHONDONTWRITEBYTECODE: '1',
  }
}

async function letClientWork(server: Server, home: string): Promise<void> {
  const python = await oraclePython()
  const env = clientEnvironment(server, home)
  const script = async (name: string): Promise<void> => {
    const { code, output } = await run(python, [join(scripts, name)], { env, cwd: home })
    await writeFile(artifact(`client-${server.port}-${name}.log`), output)
    if (code !== 0) throw new Error(`${name} on ${server.url} ended with ${code}\n${output.split('\n').slice(-25).join('\n')}`)
  }
  const beside = async (name: string, work: () => Promise<void>): Promise<void> => {
    const running = start(python, [join(scripts, name)], { env, cwd: home, log: artifact(`client-${server.port}-${name}.log`) })
    try {
      await work()
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : error}\n— end of the log of ${name}:\n${tail(running.log)}`)
    } finally {
      await running.stop()
    }
  }
  await script('inline.py')
  await beside('served.py', () => script('deployed.py'))
  await beside('background_tasks.py', () => script('background.py'))
}

/** The CLI's output, as lines without what depends on the clock or on the width of a column. */
async function runCommands(server: Server, home: string, normaliser: Normaliser): Promise<string[]> {
  const input = (await commands(server.url)).join('\n')
  const env = clientEnvironment(server, home)
  const { output } = await run(await oraclePython(), [join(scripts, 'commands.py')], { env, cwd: home, input: `${input}\n` })
  return normaliser
    .text(output)
    .replaceAll(/(in )?(an?|\d+|a few) (seconds?|minutes?|hours?)( ago)?/g, '<span>')
    .replaceAll(/[─━┄╌-]{3,}/g, '─')
    .replaceAll(/[ \t]+/g, ' ')
    .split(/^(?=\$ prefect)/m)
    .flatMap((command) => (anyKeyOrder.test(command) ? command.split(/[\s,{}]+/).sort() : command.split('\n')))
}
