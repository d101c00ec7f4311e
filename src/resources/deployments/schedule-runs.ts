/**
 * Runs that schedules call for. Pure, but for the insert at the end. The key of a run is made of its deployment, its schedule
 * and its date, so that a date never gets two runs, whichever server makes them.
 */
import { Scheduled, type State, stamp } from '../../orchestration/states.ts'
import { noWrites } from '../../orchestration/writes.ts'
import { generateOccurrences, type Occurrence, ScheduleError } from '../../schedules/index.ts'
import { Schedule } from '../../schedules/schemas.ts'
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { ArrayParameter, type Sql, sql } from '../../storage/sql.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { type Uuid, uuid7 } from '../../values/uuid.ts'
import { type FlowRunColumns, newFlowRun } from '../flow-runs/records.ts'
import { noPolicy } from '../flow-runs/schemas.ts'
import { generateSlug } from '../run-names.ts'
import { insertRunsWithStates } from '../run-states/new-runs.ts'
import type { DeploymentColumns } from './queries.ts'
import type { ScheduleRow } from './schedule-records.ts'

/** Which dates get runs: until there are `minRuns`, and one at least `minSeconds` after the start; none after the end. */
export interface ScheduleWindow {
  start: Timestamp
  end: Timestamp
  minSeconds: number
  minRuns: number
  maxRuns: number
}

export interface ScheduledRun {
  run: FlowRunColumns
  state: State
}

type Scheduling = Pick<
  DeploymentColumns,
  'id' | 'flow_id' | 'version' | 'work_queue_name' | 'work_queue_id' | 'parameters' | 'infrastructure_document_id' | 'tags' | 'labels'
>

/** The runs that a schedule calls for; none when it is one that the reference's own code cannot take. */
export function runsOfSchedule(deployment: Scheduling, schedule: ScheduleRow, window: ScheduleWindow, now: Timestamp): ScheduledRun[] {
  const dates = datesOf(schedule, window, now)
  return dates.map((date) => runOf(deployment, schedule, date, now))
}

function datesOf({ schedule }: ScheduleRow, { start, end, minSeconds, minRuns, maxRuns }: ScheduleWindow, now: Timestamp): Occurrence[] {
  const dates: Occurrence[] = []
  try {
    for (const date of generateOccurrences(s.validate(Schedule, schedule), { n: maxRuns, start, end, now })) {
      dates.push(date)
      if (dates.length >= minRuns && date.at.secondsSince(start) >= minSeconds) break
    }
  } catch (error) {
    if (error instanceof ScheduleError || error instanceof s.InvalidInput) return []
    throw error
  }
  return dates
}

function runOf(deployment: Scheduling, schedule: ScheduleRow, { at, wall }: Occurrence, now: Timestamp): ScheduledRun {
  const { id, flow_id, work_queue_name, work_queue_id, infrastructure_document_id } = deployment
  const date = at.shownAt((wall - at.microseconds) / 1e6)
  const state = stamp(Scheduled(date, { message: 'Flow run scheduled' }), uuid7(), now)
  const run: FlowRunColumns = {
    ...newFlowRun,
    id: uuid7(),
    created: now,
    updated: now,
    name: generateSlug(),
    flow_id,
    deployment_id: id,
    deployment_version: deployment.version,
    work_queue_name,
    work_queue_id,
    flow_version: null,
    parameters: { ...deployment.parameters, ...schedule.parameters },
    idempotency_key: `scheduled ${id} ${schedule.id} ${keyDate(date)}`,
    context: {},
    empirical_policy: noPolicy(),
    tags: ['auto-scheduled', ...deployment.tags],
    labels: { ...deployment.labels, 'prefect.flow.id': flow_id, 'prefect.deployment.id': id },
    parent_task_run_id: null,
    infrastructure_document_id,
    job_variables: {},
    auto_scheduled: true,
    state_id: state.id,
    state_type: state.type,
    state_name: state.name,
    expected_start_time: at,
    next_scheduled_start_time: at,
    created_by: { id: schedule.id, type: 'SCHEDULE', display_value: schedule.slug || kindOf(schedule) },
  }
  return { run, state }
}

/** As Python writes the date in the schedule's zone: `2031-03-08 00:00:00+01:00`. */
function keyDate(date: Timestamp): string {
  return `${date}`.replace('T', ' ').replace('Z', '+00:00')
}

function kindOf({ schedule }: ScheduleRow): string {
  if ('interval' in schedule) return 'IntervalSchedule'
  return 'cron' in schedule ? 'CronSchedule' : 'RRuleSchedule'
}

/** Inserts the runs that are not there yet. The deployments are locked, so that nobody else inserts them meanwhile. */
export async function insertScheduledRuns(tx: Transaction, scheduled: readonly ScheduledRun[], now: Timestamp): Promise<Uuid[]> {
  if (scheduled.length === 0) return []
  const rows = await tx.query<{ idempotency_key: string }>(sql`SELECT idempotency_key FROM flow_run WHERE ${haveKeysOf(scheduled)}`)
  const present = new Set(rows.map((row) => row.idempotency_key))
  const missing = scheduled.filter(({ run }) => !present.has(run.idempotency_key ?? ''))
  const states = missing.map(({ run, state }) => ({ state, flow_run_id: run.id, result_artifact_id: null }))
  const runs = missing.map(({ run }) => run)
  await insertRunsWithStates(tx, 'flow_run', runs, [{ ...noWrites(), flowRunStates: states }], now)
  return runs.map((run) => run.id)
}

/** Flow and key in pairs: a product of all flows and all keys would be long. */
function haveKeysOf(scheduled: readonly ScheduledRun[]): Sql {
  const flows = scheduled.map(({ run }) => run.flow_id)
  const keys = scheduled.map(({ run }) => run.idempotency_key)
  const pairs = sql.dialect({
    sqlite: () =>
      sql`SELECT value ->> 0, value ->> 1 FROM json_each(${sql.json(scheduled.map(({ run }) => [run.flow_id, run.idempotency_key]))})`,
    postgres: () => sql`SELECT * FROM unnest(${new ArrayParameter(flows)}::uuid[], ${new ArrayParameter(keys)}::text[])`,
  })
  return sql`(flow_id, idempotency_key) IN (${pairs})`
}
