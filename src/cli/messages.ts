/** What the command line says to people. */
import { createInterface } from 'node:readline/promises'

/** The command was called wrongly: exit code 2. */
export class UsageError extends Error {}

/** Prints an error as one sentence without a stack trace; gives the exit code. */
export function printError(error: unknown): number {
  const message = error instanceof Error ? error.message : String(error)
  process.stderr.write(`prefect-server: ${oneLine(message || 'failed without a reason')}\n`)
  if (error instanceof Error && process.env.PREFECT_DEBUG_MODE) process.stderr.write(`${error.stack}\n`)
  return error instanceof UsageError || (error instanceof Error && error.name === 'YError') ? 2 : 1
}

/** Asks a person for leave; without one to ask, only `--yes` gives it. */
export async function confirm(question: string, yes: boolean): Promise<boolean> {
  if (yes) return true
  if (!process.stdin.isTTY) throw new UsageError(`${question} There is nobody to ask: say --yes.`)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim())
  } finally {
    terminal.close()
  }
}

function oneLine(message: string): string {
  return message.trim().replace(/\s*\n\s*/g, '; ')
}
