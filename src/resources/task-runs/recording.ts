/**
 * Task runs recorded from events. Since Prefect 3 the client orchestrates task runs by itself and tells of every state in a
 * `prefect.task-run.*` event; from these the server makes the runs and their states, whatever order they come in:
 *
 *   - every event is a state, once
 *   - a run is as its latest event by time says; earlier ones that arrive later change nothing but the history
 *   - a run is found by its id or by (flow run, task key, dynamic key): a client that lost its memory names an old run anew
 */
import type { Event, ResourceLabels } from '../../events/event.ts'
import { log } from '../../logging/log.ts'
import { defaultStateName, type State, stamp } from '../../orchestration/states.ts'
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { forChange, forReference } from '../../storage/locking.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto, updateTable, type Values } from '../../storage/statements.ts'
import { Duration } from '../../values/duration.ts'
import { isJsonObject, type Json } from '../../values/json.ts'
import { Timestamp } from '../../values/timestamp.ts'
import { isUuid, type Uuid } from '../../values/uuid.ts'
import { stateRows } from '../run-states/writes.ts'
import { RecordedState, RecordedTaskRun } from './schemas.ts'

/** What an event says of a task run. */
interface Recorded {
  id: Uuid
  flow_run_id: Uuid | null
  task_key: string
  dynamic_key: string
  /** The columns that the event names. */
  columns: Values
  state: State
}

/** A row of task_run as far as recording has to know it, and what it is to become. */
interface Row {
  id: Uuid
  state_timestamp: Timestamp | null
  isNew: boolean
  columns: Values | null
}

/** The working copy of a group. */
export interface Recordings {
  byId: Map<Uuid, Row>
  byKey: Map<string, Row>
  flowRuns: Set<Uuid>
  states: { task_run_id: Uuid; state: State; result_artifact_id: null; data: Json }[]
}

/** Locks and loads the task runs that the events are about. */
export async function loadRecordings(tx: Transaction, events: readonly Event[]): Promise<Recordings> {
  const recorded = events.flatMap((event) => recordedTaskRun(event) ?? [])
  const working: Recordings = { byId: new Map(), byKey: new Map(), flowRuns: new Set(), states: [] }
  if (recorded.length === 0) return working
  const flowRunIds = [...new Set(recorded.flatMap((run) => run.flow_run_id ?? []))]
  if (flowRunIds.length > 0) {
    const rows = await tx.query<{ id: Uuid }>(
      sql`SELECT id FROM flow_run WHERE ${sql.isIn(sql`id`, flowRunIds, 'uuid')} ORDER BY id${forReference}`,
    )
    working.flowRuns = new Set(rows.map((row) => row.id))
  }
  await loadRows(tx, recorded, flowRunIds, working)
  return working
}

async function loadRows(tx: Transaction, recorded: readonly Recorded[], flowRunIds: Uuid[], working: Recordings): Promise<void> {
  const ids = [...new Set(recorded.map((run) => run.id))]
  const keys = [...new Set(recorded.map((run) => run.dynamic_key))]
  const rows = await tx.query<{
    id: Uuid
    flow_run_id: Uuid | null
    task_key: string
    dynamic_key: string
    state_timestamp: Timestamp | null
  }>(sql`
    SELECT id, flow_run_id, task_key, dynamic_key, state_timestamp FROM task_run
    WHERE ${sql.or([
      sql.isIn(sql`id`, ids, 'uuid'),
      sql`(${sql.isIn(sql`flow_run_id`, flowRunIds, 'uuid')} AND ${sql.isIn(sql`dynamic_key`, keys, 'text')})`,
    ])}
    ORDER BY id${forChange}`)
  for (const { id, state_timestamp, ...key } of rows) remember(working, { id, state_timestamp, isNew: false, columns: null }, keyOf(key))
}

function remember({ byId, byKey }: Recordings, row: Row, key: string | null): void {
  byId.set(row.id, row)
  if (key !== null) byKey.set(key, row)
}

/** Without a flow run a task run is only known by its id. */
function keyOf(run: { flow_run_id: Uuid | null; task_key: string; dynamic_key: string }): string | null {
  return run.flow_run_id === null ? null : JSON.stringify([run.flow_run_id, run.task_key, run.dynamic_key])
}

/** Takes one event over into the working copy. */
export function recordEvent(working: Recordings, event: Event): void {
  const recorded = recordedTaskRun(event)
  if (recorded === null) return
  const { flow_run_id: flowRun } = recorded
  if (flowRun !== null && !working.flowRuns.has(flowRun)) return // the flow run was deleted meanwhile
  const key = keyOf(recorded)
  let row = (key === null ? undefined : working.byKey.get(key)) ?? working.byId.get(recorded.id)
  if (row === undefined) {
    row = { id: recorded.id, state_timestamp: null, isNew: true, columns: null }
    remember(working, row, key)
  }
  const latest = row.isNew
    ? row.state_timestamp === null || row.state_timestamp.isBefore(recorded.state.timestamp)
    : isLater(row, recorded.state)
  if (latest) {
    row.columns = { ...recorded.columns, id: row.id }
    row.state_timestamp = recorded.state.timestamp
  }
  const details = { ...recorded.state.state_details, task_run_id: row.id }
  const state = { ...recorded.state, state_details: details }
  working.states.push({ task_run_id: row.id, state, result_artifact_id: null, data: state.data })
}

/** A run whose state has no time is left alone, as in the reference. */
function isLater({ state_timestamp: current }: Row, state: State): boolean {
  return current?.isBefore(state.timestamp) ?? false
}

/** Inserts the new runs, updates the changed ones, and adds the states. */
export async function writeRecordings(tx: Transaction, working: Recordings): Promise<void> {
  const rows = [...new Set(working.byId.values())].filter((row) => row.columns !== null)
  const now = Timestamp.now()
  const inserts = rows.filter((row) => row.isNew).map((row): Values => ({ ...emptyTaskRun, ...row.columns, created: now, updated: now }))
  if (inserts.length > 0) await tx.execute(insertInto('task_run', inserts))
  for (const { id, isNew, columns } of rows) {
    if (isNew || columns === null) continue
    const { id: _, created: __, ...changes } = columns
    await tx.execute(updateTable('task_run', { ...changes, updated: now }, sql`id = ${id}`))
  }
  if (working.states.length === 0) return
  await tx.execute(insertInto('task_run_state', stateRows(working.states, now), { onConflict: 'nothing' }))
}

/** Columns that an event need not name. */
const emptyTaskRun: Values = {
  flow_run_id: null,
  cache_key: null,
  cache_expiration: null,
  task_version: null,
  empirical_policy: {},
  task_inputs: {},
  tags: [],
  labels: null,
  run_count: 0,
  flow_run_run_count: 0,
  expected_start_time: null,
  next_scheduled_start_time: null,
  start_time: null,
  end_time: null,
  total_run_time: Duration.zero,
}

const parsed = new WeakMap<Event, Recorded | null>()

/** What the event says of a task run; null when it says nothing that could be recorded. */
function recordedTaskRun(event: Event): Recorded | null {
  if (!event.event.startsWith('prefect.task-run') || event.resource['prefect.orchestration'] !== 'client') return null
  let recorded = parsed.get(event)
  if (recorded === undefined) {
    recorded = readTaskRun(event)
    parsed.set(event, recorded)
  }
  return recorded
}

function readTaskRun(event: Event): Recorded | null {
  try {
    const id = objectId(event.resource, 'task-run')
    const flowRun = event.related.find((labels) => labels['prefect.resource.role'] === 'flow-run')
    const flow_run_id = flowRun === undefined ? null : objectId(flowRun, 'flow-run')
    const described: Json = isJsonObject(event.payload.task_run ?? null) ? { id, flow_run_id, ...(event.payload.task_run as object) } : {}
    const run = s.validate(RecordedTaskRun, described, [])
    const { type, name, message, data, state_details } = s.validate(RecordedState, event.payload.validated_state ?? {}, [])
    const details = { ...state_details, task_run_id: id, flow_run_id }
    const fields = { type, name: name ?? defaultStateName(type), message, data: data ?? null, state_details: details }
    const state = stamp(fields, event.id, event.occurred)
    const denormalized = { state_id: state.id, state_type: state.type, state_name: state.name, state_timestamp: state.timestamp }
    const { id: runId, flow_run_id: runFlowRun, task_key, dynamic_key } = run
    const columns = { ...s.onlySent(run), id: runId, flow_run_id: runFlowRun, ...denormalized }
    return { id: runId, flow_run_id: runFlowRun, task_key, dynamic_key, columns, state }
  } catch (error) {
    if (!(error instanceof s.InvalidInput) && !(error instanceof RangeError)) throw error
    log.warn({ event: event.id, error: error.message }, 'an event describes no task run; it is stored, and not recorded')
    return null
  }
}

function objectId(labels: ResourceLabels, kind: string): Uuid {
  const prefix = `prefect.${kind}.`
  const id = labels['prefect.resource.id'] ?? ''
  const uuid = id.slice(prefix.length).toLowerCase()
  if (!id.startsWith(prefix) || !isUuid(uuid)) throw new RangeError(`${id} is no id of a ${kind}`)
  return uuid
}
