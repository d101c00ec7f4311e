/** `prefect server services ls`: the background services and whether they are enabled. */
import { services } from '../../actors/services/index.ts'
import type { Settings } from '../../config/settings.ts'

/** Prints a line for each service, or JSON. */
export function listServices(settings: Settings, json: boolean): number {
  const rows = services.map((service) => ({
    name: service.name,
    enabled: service.enabled(settings),
    interval_seconds: service.interval(settings),
  }))
  const lines = rows.map(({ name, enabled, interval_seconds }) => `${enabled ? '✓' : 'x'} ${name}  every ${interval_seconds} s`)
  process.stdout.write(`${json ? JSON.stringify(rows, null, 2) : lines.join('\n')}\n`)
  return 0
}
