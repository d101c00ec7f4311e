/** The command line: `prefect-server [command]`. */
import type { Argv } from 'yargs'
import { loadSettings } from '../config/settings.ts'
import { type Run, runCommandLine } from './command-line.ts'
import { databaseCommands } from './database-commands.ts'
import { UsageError } from './messages.ts'
import type { Flag } from './serve.ts'
import { referenceVersion, version } from './version.ts'

/** `prefect server …` as the reference has it. */
export async function prefect(args: readonly string[]): Promise<number> {
  return await (await import('./prefect/command.ts')).prefect(args)
}

/** Runs the command of some arguments; gives the exit code: 0, 1 when it failed, 2 when it was called wrongly. */
export async function main(args: readonly string[]): Promise<number> {
  return await runCommandLine(args, describe)
}

function describe(y: Argv, run: Run): Argv {
  return y
    .scriptName('prefect-server')
    .usage('$0 [command]\n\nA Prefect server. Settings come from PREFECT_… variables, prefect.toml and profiles: see `$0 config`.')
    .version(`${version} (Prefect ${referenceVersion})`)
    .alias({ help: 'h', version: 'V' })
    .command(
      ['$0', 'start'],
      'Start the API and the background services',
      (y) =>
        y
          .option('host', { type: 'string', requiresArg: true, describe: 'Address to listen on (PREFECT_SERVER_API_HOST)' })
          .option('port', { type: 'string', requiresArg: true, describe: 'Port to listen on (PREFECT_SERVER_API_PORT)' })
          .option('services', {
            type: 'boolean',
            default: true,
            describe: 'Run the background services here; --no-services for the API alone',
          }),
      ({ host, port, services }) => run(() => start({ host, port, services, api: true }))(),
    )
    .command(
      'services',
      'Start the background services without the API',
      (y) =>
        y.option('host', { type: 'string', requiresArg: true, describe: 'Address for probes (PREFECT_SERVER_API_HOST)' }).option('port', {
          type: 'string',
          requiresArg: true,
          describe: 'Answer health, readiness and metrics there; otherwise nothing listens',
        }),
      ({ host, port }) => run(() => start({ host, port, services: true, api: false }))(),
    )
    .command(
      'config',
      'Show every setting, its value and where it comes from',
      (y) => y.option('json', { type: 'boolean', default: false, describe: 'As JSON' }),
      ({ json }) => run(async () => (await import('./config.ts')).showConfig(loadSettings(), json))(),
    )
    .command(
      'status',
      'Ask a running server how it is',
      (y) =>
        y
          .option('url', { type: 'string', requiresArg: true, describe: 'URL of its API (PREFECT_API_URL, or made of host and port)' })
          .option('json', { type: 'boolean', default: false, describe: 'As JSON' }),
      ({ url, json }) => run(async () => (await import('./status.ts')).showStatus(loadSettings(), { url, json }))(),
    )
    .command(
      'ui',
      'Look after the web UI',
      (y) =>
        y.command(
          'install',
          'Take the web UI out of a Prefect package: downloaded by pip, or named',
          (parser) =>
            parser.option('from', { type: 'string', requiresArg: true, describe: 'A wheel of prefect, or the folder of an installed one' }),
          ({ from }) => run(async () => (await import('./ui/install.ts')).installUi(loadSettings(), from))(),
        ),
      () => {
        throw new UsageError('Which ui command? install')
      },
    )
    .command(
      'database',
      'Look after the database',
      (y) => databaseCommands(y, run),
      () => {
        throw new UsageError('Which database command? upgrade, info, reset, stamp, drain')
      },
    )
}

interface StartArguments {
  host?: string | undefined
  port?: string | undefined
  services: boolean
  api: boolean
}

async function start({ host, port, services, api }: StartArguments): Promise<number> {
  const { serve } = await import('./serve.ts')
  const flags: Flag[] = [
    ['PREFECT_SERVER_API_HOST', host, '--host'],
    ['PREFECT_SERVER_API_PORT', port, '--port'],
  ]
  return await serve(loadSettings(), flags, { services, api, listen: api || port !== undefined })
}
