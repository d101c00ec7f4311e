/** What every command line of this package has in common. */
import yargs, { type Argv } from 'yargs'
import { printError, UsageError } from './messages.ts'

/** Turns a command into a handler of yargs; what it gives is the exit code. */
export type Run = (command: () => Promise<number>) => () => Promise<void>

/**
 * Runs the command of some arguments; gives the exit code: 0, 1 when it failed, 2 when it was called wrongly.
 * `describe` adds name, version and commands.
 */
export async function runCommandLine(args: readonly string[], describe: (y: Argv, run: Run) => Argv): Promise<number> {
  let exitCode = 0
  const run: Run = (command) => async () => {
    exitCode = await command()
  }
  const bare = yargs([...args])
    .locale('en')
    .wrap(100)
    .strict()
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new UsageError(message)
    })
  try {
    await describe(bare, run).parseAsync()
    return exitCode
  } catch (error) {
    return printError(error)
  }
}
