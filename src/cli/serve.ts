/** Runs a server in this process, with settings that flags of the command line override. */
import { refuseUnknownModules } from '../config/checks.ts'
import { startNotices } from '../config/notices.ts'
import type { Settings } from '../config/settings.ts'
import type { SettingName } from '../config/table/index.ts'
import { type StartOptions, startServer } from './start.ts'

/** A setting, the value that a flag gives it (undefined when it was not given), and the flag. */
export type Flag = [name: SettingName, value: string | undefined, flag: string]

/** Resolves with the exit code once the server was asked to stop. */
export async function serve(
  settings: Settings,
  flags: readonly Flag[],
  parts: Pick<StartOptions, 'api' | 'services' | 'listen'>,
): Promise<number> {
  const effective = withFlags(settings, flags)
  refuseUnknownModules(effective)
  for (const notice of startNotices(effective)) process.stderr.write(`${notice}\n`)
  // Each thread sets up its log by this variable when it starts.
  process.env.PREFECT_SERVER_LOGGING_LEVEL = effective.get('PREFECT_SERVER_LOGGING_LEVEL')
  const host = effective.get('PREFECT_SERVER_API_HOST')
  const port = effective.get('PREFECT_SERVER_API_PORT')
  return await startServer({ settings: effective, host, port, ...parts })
}

export function withFlags(settings: Settings, flags: readonly Flag[]): Settings {
  let effective = settings
  for (const [name, value, flag] of flags) if (value !== undefined) effective = effective.with(name, value, flag)
  return effective
}
