/** Task runs as the database holds them and as the API shows them. */
import type { StateType } from '../../orchestration/states.ts'
import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import { Duration } from '../../values/duration.ts'
import type { JsonObject } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import { estimatedRunTime, estimatedStartTimeDelta } from '../run-states/estimates.ts'
import { resultJoin, type StateRecord, stateColumns, stateOf } from '../run-states/records.ts'

/** The columns of the table task_run. */
export interface TaskRunColumns {
  id: Uuid
  created: Timestamp
  updated: Timestamp
  name: string
  flow_run_id: Uuid | null
  task_key: string
  dynamic_key: string
  cache_key: string | null
  cache_expiration: Timestamp | null
  task_version: string | null
  empirical_policy: JsonObject
  task_inputs: JsonObject
  tags: string[]
  labels: JsonObject | null
  state_id: Uuid | null
  state_type: StateType | null
  state_name: string | null
  state_timestamp: Timestamp | null
  run_count: number
  flow_run_run_count: number
  expected_start_time: Timestamp | null
  next_scheduled_start_time: Timestamp | null
  start_time: Timestamp | null
  end_time: Timestamp | null
  total_run_time: Duration
}

export interface TaskRunRecord extends TaskRunColumns {
  state: StateRecord | null
}

type TaskRunRow = TaskRunColumns & Record<string, unknown>

/** The rows that `rest` (WHERE, ORDER BY, LIMIT …) chooses, in its order. */
export async function selectTaskRuns(tx: Transaction, rest: Sql): Promise<TaskRunRecord[]> {
  const rows = await tx.query<TaskRunRow>(sql`
    SELECT task_run.*, ${stateColumns} FROM task_run
    LEFT JOIN task_run_state AS state ON state.id = task_run.state_id ${resultJoin}
    ${rest}`)
  return rows.map((row) => ({ ...row, state: stateOf(row) }))
}

/** The task run with this id, or null. */
export async function selectTaskRun(tx: Transaction, id: Uuid): Promise<TaskRunRecord | null> {
  const [run] = await selectTaskRuns(tx, sql`WHERE task_run.id = ${id}`)
  return run ?? null
}

/** The API's TaskRun. */
export function taskRunResponse(run: TaskRunRecord, now: Timestamp): Record<string, unknown> {
  return {
    id: run.id,
    created: run.created,
    updated: run.updated,
    name: run.name,
    flow_run_id: run.flow_run_id,
    task_key: run.task_key,
    dynamic_key: run.dynamic_key,
    cache_key: run.cache_key,
    cache_expiration: run.cache_expiration,
    task_version: run.task_version,
    empirical_policy: { ...noPolicy, ...run.empirical_policy },
    tags: run.tags,
    labels: run.labels,
    state_id: run.state_id,
    task_inputs: run.task_inputs,
    state_type: run.state_type,
    state_name: run.state_name,
    run_count: run.run_count,
    flow_run_run_count: run.flow_run_run_count,
    expected_start_time: run.expected_start_time,
    next_scheduled_start_time: run.next_scheduled_start_time,
    start_time: run.start_time,
    end_time: run.end_time,
    total_run_time: run.total_run_time,
    estimated_run_time: estimatedRunTime(run, now),
    estimated_start_time_delta: estimatedStartTimeDelta(run, now),
    state: run.state,
  }
}

/** The API's TaskRunResponse, which pages of task runs are made of. */
export function taskRunPageItem(run: TaskRunRecord, now: Timestamp): Record<string, unknown> {
  return {
    id: run.id,
    created: run.created,
    updated: run.updated,
    name: run.name,
    flow_run_id: run.flow_run_id,
    task_key: run.task_key,
    state_id: run.state_id,
    state: run.state,
    task_version: run.task_version,
    task_inputs: run.task_inputs,
    empirical_policy: { ...noPolicy, ...run.empirical_policy },
    tags: run.tags,
    start_time: run.start_time,
    end_time: run.end_time,
    total_run_time: run.total_run_time,
    estimated_run_time: estimatedRunTime(run, now),
    estimated_start_time_delta: estimatedStartTimeDelta(run, now),
  }
}

const noPolicy: JsonObject = { max_retries: 0, retry_delay_seconds: 0, retries: null, retry_delay: null, retry_jitter_factor: null }

/** What a new run starts from. */
export const newTaskRun = {
  state_id: null,
  state_type: null,
  state_name: null,
  state_timestamp: null,
  run_count: 0,
  flow_run_run_count: 0,
  expected_start_time: null,
  next_scheduled_start_time: null,
  start_time: null,
  end_time: null,
  total_run_time: Duration.zero,
} as const
