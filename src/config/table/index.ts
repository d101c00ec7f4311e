/** The settings table: every row, with types for those who read them. */
import type { Row, Section, Setting } from '../definition.ts'
import { settingsOf } from '../definition.ts'
import { clientSections } from './client.ts'
import { networkSections } from './network.ts'
import { ownSections } from './own.ts'
import { serverSections } from './server.ts'
import { serviceSections } from './services.ts'

const groups = [serverSections, networkSections, serviceSections, clientSections, ownSections] as const

type Union<T> = (T extends unknown ? (value: T) => void : never) extends (value: infer All) => void ? All : never
type RowsOf<Group> = Group extends unknown
  ? { [Name in keyof Group]: Group[Name] extends Section<infer Rows> ? Rows : never }[keyof Group]
  : never
type Table = Union<RowsOf<(typeof groups)[number]>>

export type SettingName = keyof Table & string
export type SettingValue<Name extends SettingName> = Table[Name] extends Row<infer Value> ? Value : never

const sections: Section<Record<string, Row<unknown>>>[] = groups.flatMap((group) => Object.values(group))

export type NamedSetting = Setting & { readonly name: SettingName }

/** Every setting, in the order of the table. */
export const settingsTable = sections.flatMap(settingsOf) as readonly NamedSetting[]

const byName = new Map<string, NamedSetting>(settingsTable.map((setting) => [setting.name, setting]))

/** The row of a setting. */
export function settingNamed(name: SettingName): Setting {
  const setting = byName.get(name)
  if (setting === undefined) throw new RangeError(`no setting is called ${name}`)
  return setting
}
