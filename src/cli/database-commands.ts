/** The commands below `database`. */
import type { Argv } from 'yargs'
import { loadSettings, type Settings } from '../config/settings.ts'
import type { Run } from './command-line.ts'
import { confirm, UsageError } from './messages.ts'

export function databaseCommands(y: Argv, run: Run): Argv {
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
        const { drainDatabase } = await import('./drain.ts')
        return await drainDatabase(loadSettings())
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
