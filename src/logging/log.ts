import { pino } from 'pino'

/**
 * The log of this thread: one JSON line per entry on stderr, written at once, so that a crash loses none.
 * `PREFECT_SERVER_LOGGING_LEVEL` sets the level (the reference's names).
 */
export const log = pino(
  {
    level: levelOf(process.env.PREFECT_SERVER_LOGGING_LEVEL ?? process.env.PREFECT_LOGGING_SERVER_LEVEL ?? 'WARNING'),
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: ['authorization', '*.authorization', '*.password', '*.auth_string'],
  },
  pino.destination({ fd: 2, sync: true }),
)

/** Sets the level by the reference's name for it. */
export function setLogLevel(name: string): void {
  log.level = levelOf(name)
}

function levelOf(name: string): string {
  const levels: Record<string, string> = { DEBUG: 'debug', INFO: 'info', WARNING: 'warn', ERROR: 'error', CRITICAL: 'fatal' }
  return levels[name.toUpperCase()] ?? 'warn'
}
