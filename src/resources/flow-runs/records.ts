/** Flow runs as the database holds them and as the API shows them. */
import type { StateType } from '../../orchestration/states.ts'
import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import { Duration } from '../../values/duration.ts'
import type { Json, JsonObject } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import { estimatedRunTime, estimatedStartTimeDelta } from '../run-states/estimates.ts'
import { resultJoin, type StateRecord, stateColumns, stateOf } from '../run-states/records.ts'

/** The columns of the table flow_run. */
export interface FlowRunColumns {
  id: Uuid
  created: Timestamp
  updated: Timestamp
  name: string
  flow_id: Uuid
  state_id: Uuid | null
  state_type: StateType | null
  state_name: string | null
  state_timestamp: Timestamp | null
  deployment_id: Uuid | null
  deployment_version: string | null
  work_queue_id: Uuid | null
  work_queue_name: string | null
  flow_version: string | null
  parameters: JsonObject
  idempotency_key: string | null
  context: JsonObject
  empirical_policy: JsonObject
  tags: string[]
  labels: JsonObject | null
  parent_task_run_id: Uuid | null
  run_count: number
  expected_start_time: Timestamp | null
  next_scheduled_start_time: Timestamp | null
  start_time: Timestamp | null
  end_time: Timestamp | null
  total_run_time: Duration
  auto_scheduled: boolean
  infrastructure_document_id: Uuid | null
  infrastructure_pid: string | null
  created_by: JsonObject | null
  job_variables: JsonObject | null
}

/** A flow run with its state and where it is to run. */
export interface FlowRunRecord extends FlowRunColumns {
  state: StateRecord | null
  /** Names of its queue and pool today; `work_queue_name` may remember an older one. */
  queue_name: string | null
  pool_id: Uuid | null
  pool_name: string | null
}

type FlowRunRow = Omit<FlowRunRecord, 'state'> & Record<string, unknown>

/** The rows that `rest` (WHERE, ORDER BY, LIMIT …) chooses, in its order. */
export async function selectFlowRuns(tx: Transaction, rest: Sql): Promise<FlowRunRecord[]> {
  const rows = await tx.query<FlowRunRow>(sql`
    SELECT flow_run.*, ${stateColumns}, work_queue.name AS queue_name, work_pool.id AS pool_id, work_pool.name AS pool_name
    FROM flow_run
    LEFT JOIN flow_run_state AS state ON state.id = flow_run.state_id ${resultJoin}
    LEFT JOIN work_queue ON work_queue.id = flow_run.work_queue_id
    LEFT JOIN work_pool ON work_pool.id = work_queue.work_pool_id
    ${rest}`)
  return rows.map((row) => ({ ...row, state: stateOf(row) }))
}

/** The flow run with this id, or null. */
export async function selectFlowRun(tx: Transaction, id: Uuid): Promise<FlowRunRecord | null> {
  const [run] = await selectFlowRuns(tx, sql`WHERE flow_run.id = ${id}`)
  return run ?? null
}

/** The API's FlowRunResponse. */
export function flowRunResponse(run: FlowRunRecord, now: Timestamp): Record<string, unknown> {
  return {
    id: run.id,
    created: run.created,
    updated: run.updated,
    name: run.name,
    flow_id: run.flow_id,
    state_id: run.state_id,
    deployment_id: run.deployment_id,
    deployment_version: run.deployment_version,
    work_queue_id: run.work_queue_id,
    work_queue_name: run.queue_name ?? run.work_queue_name,
    flow_version: run.flow_version,
    parameters: run.parameters,
    idempotency_key: run.idempotency_key,
    context: run.context,
    empirical_policy: flowRunPolicy(run.empirical_policy),
    tags: run.tags,
    labels: run.labels ?? {},
    parent_task_run_id: run.parent_task_run_id,
    state_type: run.state_type,
    state_name: run.state_name,
    run_count: run.run_count,
    expected_start_time: run.expected_start_time,
    next_scheduled_start_time: run.next_scheduled_start_time,
    start_time: run.start_time,
    end_time: run.end_time,
    total_run_time: run.total_run_time,
    estimated_run_time: estimatedRunTime(run, now),
    estimated_start_time_delta: estimatedStartTimeDelta(run, now),
    auto_scheduled: run.auto_scheduled,
    infrastructure_document_id: run.infrastructure_document_id,
    infrastructure_pid: run.infrastructure_pid,
    created_by: run.created_by,
    work_pool_id: run.pool_id,
    work_pool_name: run.pool_name,
    state: run.state,
    job_variables: run.job_variables,
  }
}

/** The stored policy with the fields that an older server or client left out. */
export function flowRunPolicy(stored: JsonObject): JsonObject {
  const defaults: Record<string, Json> = {
    max_retries: 0,
    retry_delay_seconds: 0,
    retries: null,
    retry_delay: null,
    pause_keys: [],
    resuming: false,
    retry_type: null,
  }
  return { ...defaults, ...stored }
}

/** What a new run starts from. */
export const newFlowRun = {
  state_id: null,
  state_type: null,
  state_name: null,
  state_timestamp: null,
  deployment_version: null,
  run_count: 0,
  expected_start_time: null,
  next_scheduled_start_time: null,
  start_time: null,
  end_time: null,
  total_run_time: Duration.zero,
  auto_scheduled: false,
  infrastructure_pid: null,
} as const
