/** The active profile: where the file of profiles is, and what is in it. */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { SettingsError } from '../settings-error.ts'
import { isTable, lookUp, readToml, type TomlTable } from './toml.ts'

export interface Profile {
  readonly name: string
  readonly values: TomlTable
}

export interface ProfileSearch {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly dotenv: ReadonlyMap<string, string>
  readonly prefectToml: TomlTable | undefined
  readonly pyprojectToml: TomlTable | undefined
}

/** The profiles of a machine where nobody has made any, as the client comes with them. */
const builtIn: TomlTable = {
  active: 'ephemeral',
  profiles: {
    ephemeral: { PREFECT_SERVER_EPHEMERAL_ENABLED: 'true' },
    local: { PREFECT_API_URL: 'http://127.0.0.1:4200/api' },
    test: { PREFECT_SERVER_EPHEMERAL_ENABLED: 'true', PREFECT_SERVER_DATABASE_CONNECTION_URL: 'sqlite+aiosqlite:///:memory:' },
    cloud: {},
  },
}

/** The active profile. In test mode there is none. */
export function activeProfile(search: ProfileSearch, warn: (message: string) => void): Profile {
  if (isTestMode(search.environment)) return { name: 'none in test mode', values: {} }
  const file = profilesFile(search)
  const profiles = file === undefined ? builtIn : readProfiles(file, warn)
  if (profiles === undefined) return { name: 'unreadable', values: {} }
  const asked = search.environment.PREFECT_PROFILE || profiles.active
  const values = typeof asked === 'string' && asked !== '' ? lookUp(profiles, ['profiles', asked]) : undefined
  if (typeof asked === 'string' && isTable(values)) return { name: asked, values }
  if (search.environment.PREFECT_PROFILE && file !== undefined) {
    warn(
      `PREFECT_PROFILE names the profile ${search.environment.PREFECT_PROFILE}, which ${file} does not have; the built-in profile is used.`,
    )
  }
  return { name: 'ephemeral', values: { PREFECT_SERVER_EPHEMERAL_ENABLED: 'true' } }
}

/** Test mode is on when one of these has any value; so it is in the reference. */
export function isTestMode(environment: Readonly<Record<string, string | undefined>>): boolean {
  return ['PREFECT_TEST_MODE', 'PREFECT_UNIT_TEST_MODE', 'PREFECT_TESTING_UNIT_TEST_MODE', 'PREFECT_TESTING_TEST_MODE'].some((name) =>
    Boolean(environment[name]),
  )
}

/** The file of profiles; undefined means the built-in ones. */
function profilesFile({ environment, cwd, dotenv, prefectToml, pyprojectToml }: ProfileSearch): string | undefined {
  const candidates: unknown[] = [
    environment.PREFECT_PROFILES_PATH,
    dotenv.get('PREFECT_PROFILES_PATH'),
    lookUp(prefectToml, ['profiles_path']),
    lookUp(pyprojectToml, ['tool', 'prefect', 'profiles_path']),
    environment.PREFECT_HOME ? join(environment.PREFECT_HOME, 'profiles.toml') : undefined,
  ]
  const chosen = candidates.find((candidate) => typeof candidate === 'string' && candidate !== '')
  if (typeof chosen === 'string') return resolve(cwd, chosen)
  const usual = join(environment.HOME || homedir(), '.prefect', 'profiles.toml')
  return existsSync(usual) ? usual : undefined
}

/** A file that is not there gives a table without profiles, so that the built-in profile is taken. */
function readProfiles(file: string, warn: (message: string) => void): TomlTable | undefined {
  try {
    return readToml(file) ?? {}
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    warn(`${error.message}; no profile is used.`)
    return undefined
  }
}
