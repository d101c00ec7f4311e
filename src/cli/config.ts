/** `prefect-server config`: every setting with its value and its origin. */
import type { Settings } from '../config/settings.ts'
import { valueAsJson } from '../config/settings-json.ts'
import { settingsTable } from '../config/table/index.ts'

/** Prints the settings as lines or as JSON. */
export function showConfig(settings: Settings, json: boolean): number {
  const rows = settingsTable.map(({ name, path, use }) => {
    const origin = settings.origin(name)
    return {
      name,
      path,
      use,
      value: valueAsJson(settings, name),
      source: origin?.place ?? 'default',
      key: origin?.key ?? null,
    }
  })
  if (json) process.stdout.write(`${JSON.stringify({ profile: settings.profile, settings: rows }, null, 2)}\n`)
  else {
    process.stdout.write(`profile: ${settings.profile}\n`)
    for (const { name, value, source, key } of rows) {
      process.stdout.write(`${name}=${shown(value)}  (${key === null || key === name ? source : `${key} in ${source}`})\n`)
    }
  }
  return 0
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
