/** Child processes of the tests: started with a log file, ended for certain when the run ends. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { accessSync, closeSync, constants, openSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Running {
  readonly child: ChildProcess
  readonly pid: number
  readonly log: string
  /** Resolves with the exit code (128 + n for a signal n's name is unknown: -1). */
  readonly exited: Promise<number>
  /** SIGTERM to the whole process group, SIGKILL when that does not end it in time. */
  stop(): Promise<void>
  kill(signal: NodeJS.Signals): void
}

const alive = new Set<Running>()

export interface StartOptions extends Pick<SpawnOptions, 'cwd' | 'uid' | 'gid'> {
  env?: NodeJS.ProcessEnv
  /** Standard output and error go to the end of this file. */
  log: string
  graceSeconds?: number
}

/** Starts a process in a group of its own, so that its children end with it. */
export function start(command: string, args: readonly string[], options: StartOptions): Running {
  const { log, graceSeconds = 10, env = process.env, ...rest } = options
  const output = openSync(log, 'a')
  const child = spawn(command, args, { ...rest, env, detached: true, stdio: ['ignore', output, output] })
  closeSync(output)
  const exited = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127))
    child.once('exit', (code) => resolve(code ?? -1))
  })
  const pid = child.pid
  if (pid === undefined) throw new Error(`${command} could not be started`)
  const kill = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-pid, signal)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }
  const running: Running = {
    child,
    pid,
    log,
    exited,
    kill,
    async stop() {
      kill('SIGTERM')
      const late = await Promise.race([exited.then(() => false), sleep(graceSeconds * 1000, true, { ref: false })])
      if (late) kill('SIGKILL')
      await exited
    },
  }
  alive.add(running)
  void exited.then(() => alive.delete(running))
  return running
}

/** Ends everything that is still running, at once. */
export function killAll(): void {
  for (const running of alive) running.kill('SIGKILL')
}
process.on('exit', killAll)

export interface Finished {
  code: number
  output: string
}

/** Runs a command to its end and gives its code and output; `echo` shows the output as it comes. */
export async function run(
  command: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; echo?: boolean; input?: string; uid?: number; gid?: number } = {},
): Promise<Finished> {
  const { echo = false, input, ...rest } = options
  const child = spawn(command, args, { ...rest, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] })
  const chunks: Buffer[] = []
  for (const [stream, target] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    stream?.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      if (echo) target.write(chunk)
    })
  }
  if (input !== undefined) child.stdin?.end(input)
  const stopWithUs = (): void => void child.kill('SIGKILL')
  process.once('exit', stopWithUs)
  const code = await new Promise<number>((resolve) => {
    child.once('error', (error) => {
      chunks.push(Buffer.from(`${error.message}\n`))
      resolve(127)
    })
    child.once('close', (exit) => resolve(exit ?? -1))
  })
  process.off('exit', stopWithUs)
  return { code, output: Buffer.concat(chunks).toString() }
}

/** The command's path when it is on PATH or in one of the folders, else null. */
export function findCommand(name: string, folders: readonly string[] = []): string | null {
  for (const folder of [...folders, ...(process.env['PATH'] ?? '').split(delimiter)]) {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return join(folder, name)
    } catch {
      // not there: the next folder
    }
  }
  return null
}

/** Asks until the answer is yes. Gives up, with the end of the log, when the process ends or the time is over. */
export async function waitUntil(
  what: string,
  answered: () => Promise<boolean>,
  options: { seconds?: number; process?: Running } = {},
): Promise<void> {
  const { seconds = 60, process: running } = options
  const deadline = performance.now() + seconds * 1000
  let ended = false
  void running?.exited.then(() => {
    ended = true
  })
  while (!(await answered())) {
    if (ended || performance.now() > deadline) {
      const why = ended ? 'the process ended' : `it took longer than ${seconds} s`
      throw new Error(`${what}: ${why}${running ? `\n${tail(running.log)}` : ''}`)
    }
    await sleep(50)
  }
}

/** The last lines of a log. */
export function tail(log: string, lines = 30): string {
  return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
}
