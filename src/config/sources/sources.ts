/** Where settings come from, highest first: environment, .env, prefect.toml, pyproject.toml, the active profile. */
import { join } from 'node:path'
import type { Setting } from '../definition.ts'
import { settingsTable } from '../table/index.ts'
import { parseDotenv } from './dotenv.ts'
import { activeProfile } from './profiles.ts'
import { isTable, lookUp, readTextFile, readToml, type TomlTable } from './toml.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** What somebody set: the value as it was written, under which key, and where. */
export interface Given {
  readonly input: unknown
  readonly key: string
  readonly place: string
  /** Position of the source in the order above; smaller goes first. */
  readonly rank: number
}

export interface Collected {
  readonly given: Readonly<Record<string, Given>>
  readonly profile: string
  readonly warnings: readonly string[]
}

/** Looks for every setting in every source. */
export function collect(environment: Environment, cwd: string): Collected {
  const warnings: string[] = []
  const dotenvText = readTextFile(join(cwd, '.env'))
  const dotenv = dotenvText === undefined ? new Map<string, string>() : parseDotenv(dotenvText, environment)
  const prefectToml = readToml(join(cwd, 'prefect.toml'))
  const pyprojectToml = readToml(join(cwd, 'pyproject.toml'))
  const profile = activeProfile({ environment, cwd, dotenv, prefectToml, pyprojectToml }, (message) => warnings.push(message))
  const variables = upperCase(Object.entries(environment), 'the environment', 0)
  const dotenvVariables = upperCase(dotenv, '.env', 1)
  const sources: ((setting: Setting) => Given | undefined)[] = [
    (setting) => firstOf(namesOf(setting), (name) => variables.get(name)),
    (setting) => firstOf(namesOf(setting), (name) => dotenvVariables.get(name)),
    (setting) => fromToml(setting, prefectToml, [], 'prefect.toml', 2),
    (setting) => fromToml(setting, pyprojectToml, ['tool', 'prefect'], 'pyproject.toml', 3),
    (setting) => fromProfile(setting, profile.values, `the profile ${profile.name}`, 4),
  ]
  const given: Record<string, Given> = {}
  for (const setting of settingsTable) {
    const found = firstOf(sources, (source) => source(setting))
    if (found !== undefined) given[setting.name] = found
  }
  return { given, profile: profile.name, warnings }
}

/** Names are compared without regard to case. */
function upperCase(entries: Iterable<[string, string | undefined]>, place: string, rank: number): Map<string, Given> {
  const result = new Map<string, Given>()
  for (const [key, input] of entries) if (input !== undefined) result.set(key.toUpperCase(), { input, key, place, rank })
  return result
}

function fromToml(
  setting: Setting,
  toml: TomlTable | undefined,
  header: readonly string[],
  place: string,
  rank: number,
): Given | undefined {
  const input = lookUp(toml, [...header, ...setting.path.split('.')])
  if (input === undefined || (isTable(input) && setting.kind.takesTable !== true)) return undefined
  return { input, key: [...header, setting.path].join('.'), place, rank }
}

function fromProfile(setting: Setting, values: TomlTable, place: string, rank: number): Given | undefined {
  return firstOf(namesOf(setting), (key) => (values[key] === undefined ? undefined : { input: values[key], key, place, rank }))
}

function namesOf(setting: Setting): string[] {
  return setting.also === undefined ? [setting.name] : [setting.name, setting.also]
}

function firstOf<Item, Found>(items: Iterable<Item>, find: (item: Item) => Found | undefined): Found | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}
