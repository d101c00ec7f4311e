/** The command line: `prefect-server [command]`. */
import yargs, { type Argv } from 'yargs'
import { refuseUnknownModules } from '../config/checks.ts'
import { loadSettings, type Settings } from '../config/settings.ts'
import { confirm, printError, UsageError } from './messages.ts'
import { referenceVersion, version } from './version.ts'

/** Runs the command of some arguments; gives the exit code: 0, 1 when it failed, 2 when it was called wrongly. */
export async function main(args: readonly string[]): Promise<number> {
  let exitCode = 0
  const run = (command: () => Promise<number>) => async (): Promise<void> => {
    exitCode = await command()
  }
  try {
    await commandLine(args, run).parseAsync()
    return exitCode
  } catch (error) {
    return printError(error)
  }
}

type Run = (command: () => Promise<number>) => () => Promise<void>

function commandLine(args: readonly string[], run: Run): Argv {
  return yargs([...args])
    .scriptName('prefect-server')
    .usage('$0 [command]\n\nA Prefect server. Settings come from PREFECT_… variables, prefect.toml and profiles: see `$0 config`.')
    .version(`${version} (Prefect ${referenceVersion})`)
    .alias({ help: 'h', version: 'V' })
    .locale('en')
    .wrap(100)
    .strict()
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new UsageError(message)
    })
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
  let settings = loadSettings()
  if (host !== undefined) settings = settings.with('PREFECT_SERVER_API_HOST', host, '--host')
  if (port !== undefined) settings = settings.with('PREFECT_SERVER_API_PORT', port, '--port')
  const { startNotices } = await import('../config/notices.ts')
  refuseUnknownModules(settings)
  const address = { host: settings.get('PREFECT_SERVER_API_HOST'), port: settings.get('PREFECT_SERVER_API_PORT') }
  for (const notice of startNotices(settings)) process.stderr.write(`${notice}\n`)
  // Each thread sets up its log by this variable when it starts.
  process.env.PREFECT_SERVER_LOGGING_LEVEL = settings.get('PREFECT_SERVER_LOGGING_LEVEL')
  const { startServer } = await import('./start.ts')
  return await startServer({ settings, ...address, services, api, listen: api || port !== undefined })
}

function databaseCommands(y: Argv, run: Run): Argv {
  const yes = (parser: Argv): Argv<{ yes: boolean }> =>
    parser.option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'Do not ask' })
  const database = async (): Promise<{ settings: Settings; commands: typeof import('./database.ts') }> => ({
    settings: loadSettings(),
    commands: await import('./database.ts'),
  })
  return y
    .command('upgrade', 'Bring the schema up to date', yes, ({ yes }) =>
      run(async () => {
        const { settings, commands } = await database()
        return (await confirm('Bring the schema of the database up to date?', yes)) ? await commands.upgradeDatabase(settings) : 1
      })(),
    )
    .command('reset', 'Delete everything in the database', yes, ({ yes }) =>
      run(async () => {
        const { settings, commands } = await database()
        return (await confirm('Delete all data in the database?', yes)) ? await commands.resetDatabase(settings) : 1
      })(),
    )
    .command('info', 'Show what the database holds', {}, () =>
      run(async () => {
        const { settings, commands } = await database()
        return await commands.showDatabase(settings)
      })(),
    )
    .command(
      'stamp <revision>',
      'Write a revision into the database without changing anything else',
      (parser) => yes(parser).positional('revision', { type: 'string', demandOption: true, describe: 'A revision, or head' }),
      ({ revision, yes }) =>
        run(async () => {
          const { settings, commands } = await database()
          return (await confirm(`Write the revision ${revision} into the database?`, yes))
            ? await commands.stampDatabase(settings, revision)
            : 1
        })(),
    )
    .command('drain', 'Finish what a crashed server left in the tables that are this server’s own', {}, () =>
      run(async () => {
        const { settings, commands } = await database()
        return await commands.drainDatabase(settings)
      })(),
    )
    .command(
      'downgrade',
      false,
      (parser) => parser.strict(false),
      () => {
        throw new UsageError(
          'There is no downgrade: the schema is the one of the reference server, which opens this database as it is; ' +
            'to go back to an older Prefect, restore a backup.',
        )
      },
    )
}
