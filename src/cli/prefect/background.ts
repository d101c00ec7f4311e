/** Processes in the background and the files that remember them, at the reference's places. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Settings } from '../../config/settings.ts'

export type Background = 'server' | 'services'

const stopSeconds = 30

/** What is known of a background process: its id while it runs. */
export function runningPid(settings: Settings, kind: Background): number | null {
  const file = pidFile(settings, kind)
  if (!existsSync(file)) return null
  const pid = Number(readFileSync(file, 'utf8'))
  if (Number.isInteger(pid) && pid > 0 && isRunning(pid)) return pid
  rmSync(file, { force: true })
  return null
}

/** Starts `prefect` with these arguments in the background, and gives its process id. */
export function startInBackground(settings: Settings, kind: Background, args: readonly string[]): number {
  const script = process.argv[1]
  if (script === undefined) throw new Error('the command does not know its own file')
  const child = spawn(process.execPath, [...process.execArgv, script, ...args], { detached: true, stdio: 'ignore' })
  if (child.pid === undefined) throw new Error('the process could not be started')
  child.unref()
  const file = pidFile(settings, kind)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, String(child.pid), { mode: 0o600 })
  return child.pid
}

/** Asks a background process to stop and waits for its end; false when it takes too long. */
export async function stopInBackground(settings: Settings, kind: Background, pid: number): Promise<boolean> {
  process.kill(pid, 'SIGTERM')
  for (let waited = 0; waited < stopSeconds * 10 && isRunning(pid); waited++) await sleep(100)
  if (isRunning(pid)) return false
  rmSync(pidFile(settings, kind), { force: true })
  return true
}

const pidFile = (settings: Settings, kind: Background): string => join(settings.get('PREFECT_HOME'), `${kind}.pid`)

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
