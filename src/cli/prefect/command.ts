/**
 * The reference's `prefect server …`, which images, compose files and charts call. Everything else of `prefect` belongs to the
 * client, which is Python.
 */
import type { Argv } from 'yargs'
import { loadSettings } from '../../config/settings.ts'
import { type Run, runCommandLine } from '../command-line.ts'
import { databaseCommands } from '../database-commands.ts'
import { UsageError } from '../messages.ts'
import { type Flag, serve } from '../serve.ts'
import { referenceVersion } from '../version.ts'
import { runningPid, startInBackground, stopInBackground } from './background.ts'
import { listServices } from './services.ts'
import { serverStatus } from './status.ts'

/** Runs `prefect` with some arguments; gives the exit code. */
export async function prefect(args: readonly string[]): Promise<number> {
  return await runCommandLine(args, (y, run) => describe(y, args, run))
}

function describe(y: Argv, args: readonly string[], run: Run): Argv {
  return y
    .scriptName('prefect')
    .version(referenceVersion)
    .alias({ help: 'h', version: 'v' })
    .command('version', 'Show the version', {}, () => run(async () => say(referenceVersion))())
    .command(
      'server',
      'Start a Prefect server and interact with its database',
      (y) => serverCommands(y, args, run),
      () => {
        throw new UsageError('Which server command? start, stop, status, services, database')
      },
    )
    .command('$0 [command..]', false, {}, () => {
      throw new UsageError('This is the server: of `prefect` it knows `server` and `version`. For the rest install the Prefect client.')
    })
}

function serverCommands(y: Argv, args: readonly string[], run: Run): Argv {
  const text = { type: 'string', requiresArg: true } as const
  return y
    .command(
      'start',
      'Start a Prefect server',
      (parser) =>
        parser
          .option('host', { ...text, describe: 'PREFECT_SERVER_API_HOST' })
          .option('port', { ...text, describe: 'PREFECT_SERVER_API_PORT' })
          .option('keep-alive-timeout', { ...text, describe: 'PREFECT_SERVER_API_KEEPALIVE_TIMEOUT' })
          .option('log-level', { ...text, describe: 'PREFECT_SERVER_LOGGING_LEVEL' })
          .option('scheduler', { type: 'boolean', describe: 'PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED' })
          .option('late-runs', { type: 'boolean', describe: 'PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED' })
          .option('ui', { type: 'boolean', describe: 'PREFECT_SERVER_UI_ENABLED' })
          .option('analytics-on', { type: 'boolean', describe: 'This server sends none' })
          .option('analytics-off', { type: 'boolean', describe: 'This server sends none' })
          .option('services', { type: 'boolean', default: true, describe: '--no-services runs the API alone' })
          .option('workers', { type: 'number', default: 1, describe: 'This server uses all processors by itself' })
          .option('background', { alias: 'b', type: 'boolean', default: false, describe: 'Run in the background' }),
      (given) =>
        run(async () => {
          const settings = loadSettings()
          const flags: Flag[] = [
            ['PREFECT_SERVER_API_HOST', given.host, '--host'],
            ['PREFECT_SERVER_API_PORT', given.port, '--port'],
            ['PREFECT_SERVER_API_KEEPALIVE_TIMEOUT', given.keepAliveTimeout, '--keep-alive-timeout'],
            ['PREFECT_SERVER_LOGGING_LEVEL', given.logLevel, '--log-level'],
            ['PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED', spoken(given.scheduler), '--scheduler'],
            ['PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED', spoken(given.lateRuns), '--late-runs'],
            ['PREFECT_SERVER_UI_ENABLED', spoken(given.ui), '--ui'],
          ]
          if (!given.background) return await serve(settings, flags, { api: true, services: given.services, listen: true })
          if (runningPid(settings, 'server') !== null) {
            throw new Error('A server is already running in the background. To stop it, run `prefect server stop`.')
          }
          startInBackground(settings, 'server', withoutBackground(args))
          return say('The Prefect server is running in the background. Run `prefect server stop` to stop it.')
        })(),
    )
    .command('stop', 'Stop a server that runs in the background', {}, () =>
      run(async () => {
        const settings = loadSettings()
        const pid = runningPid(settings, 'server')
        if (pid === null) return say('No server running in the background.')
        if (!(await stopInBackground(settings, 'server', pid))) throw new Error(`The server (process ${pid}) does not stop.`)
        return say('Server stopped!')
      })(),
    )
    .command(
      'status',
      'Check the status of the Prefect server',
      (parser) =>
        parser
          .option('wait', { type: 'boolean', default: false, describe: 'Wait until the server is there' })
          .option('timeout', { alias: 't', type: 'number', default: 0, describe: 'Seconds to wait; 0 is without end' })
          .option('output', { alias: 'o', type: 'string', choices: ['json'], describe: 'json' }),
      ({ wait, timeout, output }) => run(() => serverStatus(loadSettings(), { wait, timeout, json: output === 'json' }))(),
    )
    .command(
      'services',
      'Interact with the background services',
      (parser) => servicesCommands(parser, args, run),
      () => {
        throw new UsageError('Which services command? ls, start, stop')
      },
    )
    .command(
      'database',
      'Interact with the database',
      (parser) => databaseCommands(parser, run),
      () => {
        throw new UsageError('Which database command? upgrade, reset, stamp')
      },
    )
}

function servicesCommands(y: Argv, args: readonly string[], run: Run): Argv {
  return y
    .command(
      ['ls', 'list'],
      'List all services',
      (parser) => parser.option('output', { alias: 'o', type: 'string', choices: ['json'], describe: 'json' }),
      ({ output }) => run(async () => listServices(loadSettings(), output === 'json'))(),
    )
    .command(
      'start',
      'Start all enabled services',
      (parser) => parser.option('background', { alias: 'b', type: 'boolean', default: false, describe: 'Run in the background' }),
      ({ background }) =>
        run(async () => {
          const settings = loadSettings()
          if (runningPid(settings, 'services') !== null) {
            throw new Error('Services are already running in the background. Use `prefect server services stop` to stop them.')
          }
          if (!background) return await serve(settings, [], { api: false, services: true, listen: false })
          startInBackground(settings, 'services', withoutBackground(args))
          return say('Services are running in the background. Use `prefect server services stop` to stop them.')
        })(),
    )
    .command('stop', 'Stop services that run in the background', {}, () =>
      run(async () => {
        const settings = loadSettings()
        const pid = runningPid(settings, 'services')
        if (pid === null) return say('No services are running in the background.')
        if (!(await stopInBackground(settings, 'services', pid))) throw new Error(`The services (process ${pid}) do not stop.`)
        return say('All services stopped.')
      })(),
    )
}

const spoken = (flag: boolean | undefined): string | undefined => (flag === undefined ? undefined : String(flag))

const withoutBackground = (args: readonly string[]): string[] => args.filter((arg) => arg !== '--background' && arg !== '-b')

function say(text: string): number {
  process.stdout.write(`${text}\n`)
  return 0
}
