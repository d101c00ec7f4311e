/** What must hold in a database after a kill: everything acknowledged is there, and nothing is half-written. */
import type { Acknowledged } from './acknowledgements.ts'
import type { Inspection } from './inspection.ts'

/** Queries that find what was half-written: each must give no row. */
const halfWritten: Readonly<Record<string, string>> = {
  'flow runs without their state': `SELECT id FROM flow_run WHERE state_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM flow_run_state s WHERE s.id = flow_run.state_id AND s.flow_run_id = flow_run.id
                    AND s.type = flow_run.state_type AND s.name = flow_run.state_name)`,
  'task runs without their state': `SELECT id FROM task_run WHERE state_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM task_run_state s WHERE s.id = task_run.state_id AND s.task_run_id = task_run.id)`,
  'states of no flow run':
    'SELECT id FROM flow_run_state WHERE NOT EXISTS (SELECT 1 FROM flow_run r WHERE r.id = flow_run_state.flow_run_id)',
  'batches of logs in part': `SELECT flow_run_id FROM log WHERE name = 'crash' GROUP BY flow_run_id HAVING count(*) <> 3`,
  'events without resources': 'SELECT id FROM events WHERE NOT EXISTS (SELECT 1 FROM event_resources r WHERE r.event_id = events.id)',
}

/** Holds once the outbox is expanded: each state has its event. */
const withoutEvent = `SELECT id FROM flow_run_state WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.id = flow_run_state.id)`

export async function checkDatabase(database: Inspection, acknowledged: Acknowledged): Promise<void> {
  const ids = async (table: string, column = 'id'): Promise<Set<string>> =>
    new Set((await database.rows<{ value: string }>(`SELECT ${column} AS value FROM ${table}`)).map(({ value }) => value))
  lost('flow runs', acknowledged.flowRuns, await ids('flow_run'))
  lost('task runs', acknowledged.taskRuns, await ids('task_run'))
  lost(
    'logs',
    acknowledged.logs.flatMap(({ messages }) => messages),
    await ids('log', 'message'),
  )
  const states = await database.rows<{ id: string; run: string; type: string }>('SELECT id, flow_run_id AS run, type FROM flow_run_state')
  lost(
    'states',
    acknowledged.states.map(({ id, flowRun, type }) => `${id} ${flowRun} ${type}`),
    new Set(states.map(({ id, run, type }) => `${id} ${run} ${type}`)),
  )
  for (const [what, statement] of Object.entries(halfWritten)) nothing(what, await database.rows(statement))
}

/** Events are in the outbox first; once it is empty, all are in their table. */
export async function checkEvents(database: Inspection, acknowledged: Acknowledged): Promise<void> {
  const events = await database.rows<{ id: string }>('SELECT id FROM events')
  lost('events', acknowledged.events, new Set(events.map(({ id }) => id)))
  nothing('states without their event', await database.rows(withoutEvent))
}

export function lost(what: string, acknowledged: readonly string[], stored: ReadonlySet<string>): void {
  const missing = acknowledged.filter((id) => !stored.has(id))
  if (missing.length > 0)
    throw new Error(`${missing.length} of ${acknowledged.length} acknowledged ${what} are lost, such as ${missing[0]}`)
}

function nothing(what: string, rows: readonly unknown[]): void {
  if (rows.length > 0) throw new Error(`${rows.length} ${what}, such as ${JSON.stringify(rows[0])}`)
}

export async function checkIntegrity(database: Inspection): Promise<void> {
  const rows = await database.rows<{ integrity_check: string }>('PRAGMA integrity_check')
  if (rows.length !== 1 || rows[0]?.integrity_check !== 'ok') throw new Error(`integrity_check: ${JSON.stringify(rows.slice(0, 5))}`)
  nothing('violated foreign keys', await database.rows('PRAGMA foreign_key_check'))
}
