import type { Transaction } from '../../storage/database.ts'
import { forChange } from '../../storage/locking.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { Json, JsonObject } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { DeploymentStatus } from './mark.ts'
import { type ScheduleRow, selectSchedules } from './schedule-records.ts'

/** The columns of the table deployment. */
export interface DeploymentColumns {
  id: Uuid
  created: Timestamp
  updated: Timestamp
  name: string
  version: string | null
  description: string | null
  flow_id: Uuid
  paused: boolean
  concurrency_limit_id: Uuid | null
  concurrency_options: JsonObject | null
  /** The API calls them job variables. */
  infra_overrides: JsonObject
  parameters: JsonObject
  tags: string[]
  labels: JsonObject | null
  work_queue_name: string | null
  work_queue_id: Uuid | null
  last_polled: Timestamp | null
  parameter_openapi_schema: Json
  enforce_parameter_schema: boolean
  path: string | null
  pull_steps: Json
  entrypoint: string | null
  storage_document_id: Uuid | null
  infrastructure_document_id: Uuid | null
  created_by: JsonObject | null
  updated_by: JsonObject | null
  status: DeploymentStatus
}

/** A deployment with where it runs: names as they are today. */
export interface DeploymentRow extends DeploymentColumns {
  queue_name: string | null
  pool_id: Uuid | null
  pool_name: string | null
}

/** The concurrency limit of a deployment. */
export interface GlobalLimit {
  id: Uuid
  created: Timestamp
  updated: Timestamp
  active: boolean
  name: string
  limit: number
  active_slots: number
  slot_decay_per_second: number
}

/** A deployment with its schedules and its limit, as the API shows it. */
export interface DeploymentRecord extends DeploymentRow {
  schedules: ScheduleRow[]
  limit: GlobalLimit | null
}

/** The deployments that `rest` (WHERE, ORDER BY, LIMIT …) chooses, without what hangs on them. */
export async function selectDeploymentRows(tx: Transaction, rest: Sql): Promise<DeploymentRow[]> {
  return await tx.query<DeploymentRow>(sql`
    SELECT deployment.*, work_queue.name AS queue_name, work_pool.id AS pool_id, work_pool.name AS pool_name
    FROM deployment
    LEFT JOIN work_queue ON work_queue.id = deployment.work_queue_id
    LEFT JOIN work_pool ON work_pool.id = work_queue.work_pool_id
    ${rest}`)
}

/** The deployments that `rest` (WHERE, ORDER BY, LIMIT …) chooses, in its order. */
export async function selectDeployments(tx: Transaction, rest: Sql): Promise<DeploymentRecord[]> {
  const rows = await selectDeploymentRows(tx, rest)
  if (rows.length === 0) return []
  const schedules = await selectSchedules(
    tx,
    sql.isIn(
      sql`deployment_id`,
      rows.map((row) => row.id),
      'uuid',
    ),
  )
  const limits = await selectGlobalLimits(tx, [...new Set(rows.flatMap((row) => row.concurrency_limit_id ?? []))])
  const byDeployment = Map.groupBy(schedules, (schedule) => schedule.deployment_id)
  return rows.map((row) => {
    const limit = limits.get(row.concurrency_limit_id ?? '') ?? null
    return { ...row, schedules: byDeployment.get(row.id) ?? [], limit }
  })
}

/** The deployment with this id, or null. */
export async function selectDeployment(tx: Transaction, id: Uuid): Promise<DeploymentRecord | null> {
  const [deployment] = await selectDeployments(tx, sql`WHERE deployment.id = ${id}`)
  return deployment ?? null
}

export async function countDeploymentsWhere(tx: Transaction, where: Sql): Promise<number> {
  const [row] = await tx.query<{ count: number }>(sql`SELECT count(*) AS count FROM deployment WHERE ${where}`)
  return row?.count ?? 0
}

/**
 * Keeps others from changing the deployment, and the scheduler from making runs of it, for the rest of the transaction.
 * Read what you need afterwards. Its runs come later, against the general order of locks: nobody who holds a run waits for
 * a deployment that is not about to be deleted.
 */
export async function lockDeployment(tx: Transaction, where: Sql): Promise<void> {
  if (tx.dialect === 'postgres') await tx.query(sql`SELECT id FROM deployment WHERE ${where}${forChange}`)
}

async function selectGlobalLimits(tx: Transaction, ids: readonly Uuid[]): Promise<Map<Uuid, GlobalLimit>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.query<GlobalLimit>(sql`
    SELECT id, created, updated, active, name, "limit", active_slots, slot_decay_per_second
    FROM concurrency_limit_v2 WHERE ${sql.isIn(sql`id`, ids, 'uuid')}`)
  return new Map(rows.map((row) => [row.id, row]))
}
