/** `POST /logs/`, grouped: all logs of a group go in with one statement. */
import type { Infer } from '../../schema/index.ts'
import { insertInto, type Values } from '../../storage/statements.ts'
import { uuid7 } from '../../values/uuid.ts'
import type { Grouped } from '../grouped.ts'
import { created } from '../route.ts'
import type { LogsCreate } from './schemas.ts'

export const createLogs: Grouped<Infer<typeof LogsCreate>, Values[]> = {
  async load() {
    return []
  },

  decide(rows, { request, now, publish }, { settings }) {
    const logs = request.body.map((log) => ({
      id: uuid7(),
      created: now,
      updated: now,
      ...log,
      // PostgreSQL cannot store this character; the rest of the line is worth keeping.
      name: log.name.replaceAll('\0', ''),
      message: log.message.replaceAll('\0', ''),
    }))
    rows.push(...logs)
    if (logs.length > 0 && settings.get('PREFECT_SERVER_LOGS_STREAM_PUBLISHING_ENABLED'))
      publish(
        'logs',
        logs.map((log) => ({ ...log, created: null, updated: null })),
      )
    return created(null)
  },

  async write(tx, rows) {
    if (rows.length > 0) await tx.execute(insertInto('log', rows))
  },
}
