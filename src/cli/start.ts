import type { Settings } from '../config/settings.ts'
import { log } from '../logging/log.ts'
import { pageAddress } from './banner.ts'
import { Pod } from './pod.ts'
import { stopRequested } from './signals.ts'

export interface StartOptions {
  settings: Settings
  host: string
  port: number
  /** Run the background services. */
  services: boolean
  /** Answer requests. */
  api: boolean
  /** Listen, without the API for probes alone. */
  listen: boolean
}

/**
 * Runs a pod until SIGINT or SIGTERM asks it to stop; resolves with the process's exit code. A second signal ends it at
 * once. What keeps it from starting is thrown.
 */
export async function startServer(options: StartOptions): Promise<number> {
  const pod = await Pod.start(options)
  const stop = stopRequested(() => process.exit(1))
  process.stdout.write(pageAddress(options, pod.port))
  log.info({ signal: await stop }, 'stopping')
  await pod.stop()
  return 0
}
