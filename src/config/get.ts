import type { SettingName, SettingValue } from './table/index.ts'

/** Reads a setting, typed by the table. */
export type Get = <Name extends SettingName>(name: Name) => SettingValue<Name>
