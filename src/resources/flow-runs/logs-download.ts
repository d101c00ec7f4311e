/** All logs of a flow run as a CSV file, as Python's csv module writes it. */
import { sql } from '../../storage/sql.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import type { Reply, Request } from '../route.ts'

interface LogLine {
  timestamp: Timestamp
  level: number
  flow_run_id: Uuid | null
  task_run_id: Uuid | null
  message: string
}

export async function downloadLogs({ tx }: Context, { params }: Request): Promise<Reply> {
  const id = params.id ?? ''
  const [run] = await tx.query<{ name: string }>(sql`SELECT name FROM flow_run WHERE id = ${id}`)
  if (run === undefined) throw notFound('Flow run not found')
  const logs = await tx.query<LogLine>(sql`
    SELECT timestamp, level, flow_run_id, task_run_id, message FROM log WHERE flow_run_id = ${id} ORDER BY timestamp ASC`)
  const lines = logs.map((log) => [pythonText(log.timestamp), String(log.level), log.flow_run_id ?? '', log.task_run_id ?? '', log.message])
  const header = ['timestamp', 'level', 'flow_run_id', 'task_run_id', 'message']
  const name = encodeURIComponent(`${run.name}-logs.csv`).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return {
    status: 200,
    raw: [header, ...lines].map((fields) => `${fields.map(csvField).join(',')}\r\n`).join(''),
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="flow-run-logs.csv"; filename*=UTF-8''${name}`,
    },
  }
}

const csvField = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** As Python's str() writes a datetime in UTC. */
const pythonText = (timestamp: Timestamp): string => timestamp.toJSON().replace('T', ' ').replace('Z', '+00:00')
