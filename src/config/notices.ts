/** What whoever starts the server should know about the settings. */
import { Derived } from './definition.ts'
import type { Settings } from './settings.ts'
import { type NamedSetting, settingsTable } from './table/index.ts'

/** One sentence for each setting without effect that somebody changed, and for doubtful combinations. */
export function startNotices(settings: Settings): string[] {
  const inert = settingsTable.flatMap((setting) => {
    const origin = settings.origin(setting.name)
    if (setting.use !== 'inert' || origin === undefined || isDefault(settings, setting)) return []
    return [`${origin.key} in ${origin.place} has no effect here: ${setting.instead}.`]
  })
  return [...settings.warnings, ...inert, ...brokerNotice(settings)]
}

function isDefault(settings: Settings, { name, kind, default: defaultValue }: NamedSetting): boolean {
  if (defaultValue instanceof Derived) return false
  return JSON.stringify(kind.write(settings.get(name))) === JSON.stringify(kind.write(defaultValue))
}

function brokerNotice(settings: Settings): string[] {
  if (settings.get('PREFECT_BROKER_BACKEND') === 'redis' || settings.databaseBackend === 'sqlite') return []
  return ['PREFECT_BROKER_BACKEND is memory, so this must be the only server on its PostgreSQL database; several need redis.']
}
