/** The settings of this process: `settings.get('PREFECT_…')`, typed by the table. */
import { checkSettings } from './checks.ts'
import { reconcileDatabaseUrls } from './database-choice.ts'
import { type DatabaseBackend, type DatabaseTarget, parseDatabaseUrl } from './database-url.ts'
import { Derived } from './definition.ts'
import { type Adjustment, adjustments, derivations, type Machine, thisMachine } from './derivations.ts'
import type { Get } from './get.ts'
import { readGiven } from './read-given.ts'
import { collect, type Environment, type Given } from './sources/sources.ts'
import { type SettingName, type SettingValue, settingNamed, settingsTable } from './table/index.ts'

/** Everything the settings follow from, as plain data for worker threads. */
export interface SettingsData {
  readonly given: Readonly<Record<string, Given>>
  readonly machine: Machine
  readonly profile: string
  readonly warnings: readonly string[]
}

export class Settings {
  readonly #data: SettingsData
  readonly #values = new Map<string, unknown>()
  #target: DatabaseTarget | undefined

  private constructor(data: SettingsData) {
    this.#data = data
  }

  /** Settings from what `toData` gave, in another thread; or of a given table of values. */
  static fromData(data: SettingsData): Settings {
    return new Settings(data)
  }

  /** Plain data that `fromData` makes the same settings of. */
  toData(): SettingsData {
    return this.#data
  }

  /** The value of a setting. */
  readonly get: Get = <Name extends SettingName>(name: Name): SettingValue<Name> => {
    if (!this.#values.has(name)) this.#values.set(name, this.#resolve(name))
    return this.#values.get(name) as SettingValue<Name>
  }

  /** Who set it: undefined when the value is the default. */
  origin(name: SettingName): Given | undefined {
    return this.#data.given[name]
  }

  /** The same settings with one that an option of the command line set; that goes before all sources. */
  with(name: SettingName, input: string, option: string): Settings {
    const given = { input, key: option, place: 'the command line', rank: -1 }
    return new Settings({ ...this.#data, given: { ...this.#data.given, [name]: given } })
  }

  /** The profile that was active. */
  get profile(): string {
    return this.#data.profile
  }

  /** Sentences for whoever starts the server. */
  get warnings(): readonly string[] {
    return this.#data.warnings
  }

  get databaseBackend(): DatabaseBackend {
    return this.get('PREFECT_DATABASE_BACKEND')
  }

  /** Where the database is, in the form that drivers want. */
  get database(): DatabaseTarget {
    this.#target ??= parseDatabaseUrl(this.get('PREFECT_SERVER_DATABASE_CONNECTION_URL'))
    return this.#target
  }

  get databaseInMemory(): boolean {
    return this.database.backend === 'sqlite' && this.database.path === ':memory:'
  }

  #resolve<Name extends SettingName>(name: Name): SettingValue<Name> {
    const setting = settingNamed(name)
    const given = this.#data.given[name]
    const read = given === undefined ? undefined : readGiven(setting, given)
    const value = (read === undefined ? this.#default(name) : read) as SettingValue<Name>
    const adjust: Adjustment<Name> | undefined = adjustments[name]
    return adjust === undefined ? value : adjust(value, this.get, this.#data.machine)
  }

  #default(name: SettingName): unknown {
    const setting = settingNamed(name)
    if (!(setting.default instanceof Derived)) return setting.default
    const derive = derivations[name]
    if (derive === undefined) throw new RangeError(`${name} has no rule for its default`)
    return derive(this.get, this.#data.machine)
  }
}

/**
 * The settings of an environment and a working directory. Throws SettingsError with one sentence when something in them
 * cannot be used.
 */
export function loadSettings(environment: Environment = process.env, cwd: string = process.cwd()): Settings {
  const { given, profile, warnings } = collect(environment, cwd)
  const data = { given: reconcileDatabaseUrls(given), machine: thisMachine(environment), profile, warnings: [...warnings] }
  const settings = Settings.fromData(data)
  for (const { name } of settingsTable) settings.get(name)
  data.warnings.push(...checkSettings(settings))
  return settings
}
