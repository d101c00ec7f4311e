/** Settings as `/admin/settings` shows them: nested by section, secrets masked. */
import { isJsonObject, type Json, type JsonObject } from '../values/json.ts'
import type { Settings } from './settings.ts'
import { type SettingName, settingNamed, settingsTable } from './table/index.ts'

/** All of the reference's settings, in its shape. */
export function settingsAsJson(settings: Settings): JsonObject {
  const result: JsonObject = {}
  for (const { name, path, own } of settingsTable) if (!own) put(result, path.split('.'), valueAsJson(settings, name))
  return result
}

/** One value as JSON, masked when it is a secret. */
export function valueAsJson(settings: Settings, name: SettingName): Json {
  return settingNamed(name).kind.write(settings.get(name))
}

function put(table: JsonObject, [key = '', ...rest]: readonly string[], value: Json): void {
  if (rest.length === 0) table[key] = value
  else {
    const inner = table[key]
    const below = isJsonObject(inner) ? inner : {}
    table[key] = below
    put(below, rest, value)
  }
}
