/** Writes what a group's decisions left: each table once, each row once, the latest decision's values. */
import type { RunChanges } from '../../orchestration/run.ts'
import type { Lease } from '../../orchestration/slots.ts'
import type { ResultArtifact, Writes } from '../../orchestration/writes.ts'
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto, updateRows, updateTable, type Values } from '../../storage/statements.ts'
import type { TableName } from '../../storage/tables.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import { uuid7 } from '../../values/uuid.ts'
import { insertWaiting } from '../task-runs/waiting.ts'

/** Runs' changes and states, results, cache rows, slots and leases; in an order that the foreign keys allow. */
export async function applyWrites(tx: Transaction, decisions: readonly Writes[], now: Timestamp): Promise<void> {
  const all = <Key extends keyof Writes>(key: Key): Writes[Key][number][] =>
    decisions.flatMap((writes) => writes[key] as Writes[Key][number][])
  await insertArtifacts(tx, all('artifacts'), now)
  const flowRunStates = all('flowRunStates')
  const taskRunStates = all('taskRunStates')
  await Promise.all([
    ...(flowRunStates.length > 0 ? [tx.execute(insertInto('flow_run_state', stateRows(flowRunStates, now)))] : []),
    ...(taskRunStates.length > 0 ? [tx.execute(insertInto('task_run_state', stateRows(taskRunStates, now)))] : []),
  ])
  await Promise.all([updateRuns(tx, 'flow_run', all('flowRuns'), now), updateRuns(tx, 'task_run', all('taskRuns'), now)])
  const cached = all('cachedStates')
  if (cached.length > 0)
    await tx.execute(
      insertInto(
        'task_run_state_cache',
        cached.map((row) => ({ id: uuid7(), created: now, updated: now, ...row })),
      ),
    )
  for (const { id, active_slots } of latest(all('tagLimits'))) {
    await tx.execute(updateTable('concurrency_limit', { active_slots, updated: now }, sql`id = ${id}`))
  }
  for (const { id, active_slots, denied_slots, updated } of latest(all('limits'))) {
    await tx.execute(updateTable('concurrency_limit_v2', { active_slots, denied_slots, updated }, sql`id = ${id}`))
  }
  await writeLeases(tx, decisions, now)
  await insertWaiting(tx, all('scheduledTaskRuns'))
}

/** Results, and their place among the latest of their keys. */
export async function insertArtifacts(tx: Transaction, artifacts: readonly ResultArtifact[], now: Timestamp): Promise<void> {
  if (artifacts.length === 0) return
  await tx.execute(
    insertInto(
      'artifact',
      artifacts.map((artifact) => ({ ...artifact, created: now, updated: now })),
    ),
  )
  const collected = new Map(artifacts.filter((artifact) => artifact.key !== null).map((artifact) => [artifact.key, artifact]))
  if (collected.size === 0) return
  const rows = [...collected.values()].map(({ id, ...artifact }) => ({
    id: uuid7(),
    latest_id: id,
    ...artifact,
    created: now,
    updated: now,
  }))
  const update = ['latest_id', 'type', 'description', 'data', 'flow_run_id', 'task_run_id', 'updated']
  await tx.execute(insertInto('artifact_collection', rows, { onConflict: { columns: ['key'], update } }))
}

type StateWrite = Writes['flowRunStates'][number] | Writes['taskRunStates'][number]

/** States as rows. Their data is in the artifacts, or is not kept. */
export function stateRows(writes: readonly StateWrite[], now: Timestamp): Values[] {
  return writes.map(({ state: { id, type, timestamp, name, message, state_details }, ...owner }) => {
    return { id, created: now, updated: now, type, timestamp, name, message, state_details, ...owner }
  })
}

async function updateRuns(
  tx: Transaction,
  table: TableName,
  writes: readonly { id: Uuid; changes: RunChanges }[],
  now: Timestamp,
): Promise<void> {
  const changes = new Map<Uuid, RunChanges>()
  for (const write of writes) changes.set(write.id, { ...changes.get(write.id), ...write.changes })
  const rows = [...changes].flatMap(([id, values]) => (Object.keys(values).length === 0 ? [] : [{ id, ...values, updated: now }]))
  // One statement for all rows that change the same columns saves PostgreSQL's round trips; SQLite has none to save.
  const statements =
    tx.dialect === 'postgres'
      ? [...Map.groupBy(rows, (row) => Object.keys(row).toSorted().join()).values()].map((alike) => updateRows(table, alike))
      : rows.map(({ id, ...row }) => updateTable(table, row, sql`id = ${id}`))
  await Promise.all(statements.map((statement) => tx.execute(statement)))
}

async function writeLeases(tx: Transaction, decisions: readonly Writes[], now: Timestamp): Promise<void> {
  // In the order of the decisions: one may revoke what an earlier one has created.
  const leases = new Map<Uuid, Lease | null>()
  for (const { leases: written, revokedLeases } of decisions) {
    for (const lease of written) leases.set(lease.id, lease)
    for (const id of revokedLeases) leases.set(id, null)
  }
  const kept = [...leases.values()].filter((lease) => lease !== null)
  const revoked = [...leases].flatMap(([id, lease]) => (lease === null ? [id] : []))
  if (kept.length > 0) {
    const rows = kept.map((lease) => ({ ...lease, kind: 'concurrency', created: now }))
    await tx.execute(insertInto('server_lease', rows, { onConflict: { columns: ['id'], update: ['expires_at'] } }))
  }
  if (revoked.length > 0) await tx.execute(sql`DELETE FROM server_lease WHERE ${sql.isIn(sql`id`, revoked, 'uuid')}`)
}

/** The last version of each row. */
function latest<Row extends { id: Uuid }>(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()].toSorted((a, b) => (a.id < b.id ? -1 : 1))
}
