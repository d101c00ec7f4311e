/** Settings as `/admin/settings` shows them: nested by section, secrets masked. */
import type { Json, JsonObject } from '../values/json.ts'
import type { Settings } from './settings.ts'
import { type SettingName, settingsTable } from './table/index.ts'

/** All of the reference's settings, in its shape. */
export function settingsAsJson(settings: Settings): JsonObject {
  const result: JsonObject = {}
  for (const setting of settingsTable) {
    if (setting.own) continue
    const keys = setting.path.split('.')
    const last = keys.pop() ?? ''
    const parent = keys.reduce<JsonObject>((table, key) => (table[key] ??= {}) as JsonObject, result)
    parent[last] = valueAsJson(settings, setting.name as SettingName)
  }
  return result
}

/** One value as JSON, masked when it is a secret. */
export function valueAsJson(settings: Settings, name: SettingName): Json {
  const setting = settingsTable.find((candidate) => candidate.name === name)
  return setting === undefined ? null : setting.kind.write(settings.get(name))
}
