import { pageAddress } from './banner.ts'
import type { Settings } from '../config/settings.ts'
import { log } from '../logging/log.ts'
import { Pod } from './pod.ts'

export interface StartOptions {
  settings: Settings
  host: string
  port: number
  /** Run the background services. */
  services: boolean
  /** Answer requests. */
  api: boolean
}

/**
 * Runs a pod until SIGINT or SIGTERM asks it to stop; resolves with the process's exit code. A second signal ends it at
 * once. What keeps it from starting is thrown.
 */
export async function startServer(options: StartOptions): Promise<number> {
  const pod = await Pod.start(options)
  process.stdout.write(pageAddress(options, pod.port))
  const signal = await nextSignal()
  log.info({ signal }, 'stopping')
  void nextSignal().then(() => process.exit(1))
  await pod.stop()
  return 0
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve)
  })
}
