/** Loads what the rules of a group's transitions must know: locks first, then reads, a statement for each kind of fact. */
import { type Deployment, emptyFacts, type Facts, type Needs, requiredLimits } from '../../orchestration/facts.ts'
import type { TaskRun } from '../../orchestration/run.ts'
import { type ConcurrencyLimit, type Lease, Slots, type TagLimit } from '../../orchestration/slots.ts'
import type { Transaction } from '../../storage/database.ts'
import { forChange, lockForChange } from '../../storage/locking.ts'
import { sql } from '../../storage/sql.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import { resultJoin, stateColumns, stateOf } from './records.ts'

type StateRow = { state_id: Uuid | null } & Record<string, unknown>

/** Task runs by their needs: they come first, because a parent task run brings needs of its own. */
export async function loadTaskRunFacts(tx: Transaction, needs: Needs, facts: Facts = emptyFacts()): Promise<Facts> {
  const { taskRuns, failedTaskRunsOf } = needs
  if (taskRuns.size === 0 && failedTaskRunsOf.size === 0) return facts
  const chosen = sql.or([
    sql.isIn(sql`task_run.id`, [...taskRuns], 'uuid'),
    sql`(task_run.state_type = 'FAILED' AND ${sql.isIn(sql`task_run.flow_run_id`, [...failedTaskRunsOf], 'uuid')})`,
  ])
  const lock = lockForChange(tx, 'task_run', chosen)
  const select = tx.query<TaskRun & StateRow>(sql`
    SELECT task_run.*, ${stateColumns} FROM task_run
    LEFT JOIN task_run_state AS state ON state.id = task_run.state_id ${resultJoin}
    WHERE ${chosen} ORDER BY task_run.id`)
  const [, rows] = await Promise.all([lock, select])
  for (const run of rows) {
    facts.taskRuns.set(run.id, { run, state: stateOf(run) })
    const { flow_run_id: flowRun } = run
    if (run.state_type === 'FAILED' && flowRun !== null && failedTaskRunsOf.has(flowRun)) {
      facts.failedTaskRuns.set(flowRun, [...(facts.failedTaskRuns.get(flowRun) ?? []), run.id])
    }
  }
  return facts
}

/** Everything else. */
export async function loadFacts(tx: Transaction, needs: Needs, facts: Facts, now: Timestamp): Promise<Facts> {
  await loadDeployments(tx, needs, facts)
  await loadFlowRuns(tx, needs, facts)
  await loadCachedStates(tx, needs, facts, now)
  await loadStateTimestamps(tx, needs, facts)
  await loadSlots(tx, needs, facts)
  return facts
}

async function loadDeployments(tx: Transaction, { deployments }: Needs, facts: Facts): Promise<void> {
  if (deployments.size === 0) return
  const rows = await tx.query<Deployment>(sql`
    SELECT id, concurrency_limit_id, concurrency_options FROM deployment WHERE ${sql.isIn(sql`id`, [...deployments], 'uuid')}`)
  for (const row of rows) facts.deployments.set(row.id, row)
}

async function loadFlowRuns(tx: Transaction, { flowRuns }: Needs, facts: Facts): Promise<void> {
  if (flowRuns.size === 0) return
  const rows = await tx.query<{ id: Uuid; run_count: number } & StateRow>(sql`
    SELECT flow_run.id, flow_run.run_count, flow_run.state_id, ${stateColumns} FROM flow_run
    LEFT JOIN flow_run_state AS state ON state.id = flow_run.state_id ${resultJoin}
    WHERE ${sql.isIn(sql`flow_run.id`, [...flowRuns], 'uuid')}`)
  for (const row of rows) facts.flowRuns.set(row.id, { id: row.id, run_count: row.run_count, state: stateOf(row) })
}

async function loadCachedStates(tx: Transaction, { cacheKeys }: Needs, facts: Facts, now: Timestamp): Promise<void> {
  if (cacheKeys.size === 0) return
  const rows = await tx.query<{ cache_key: string } & StateRow>(sql`
    SELECT cache.cache_key, cache.task_run_state_id AS state_id, ${stateColumns}
    FROM task_run_state_cache AS cache
    JOIN task_run_state AS state ON state.id = cache.task_run_state_id ${resultJoin}
    WHERE ${sql.isIn(sql`cache.cache_key`, [...cacheKeys], 'text')} AND cache.id = (
      SELECT latest.id FROM task_run_state_cache AS latest
      WHERE latest.cache_key = cache.cache_key AND (latest.cache_expiration IS NULL OR latest.cache_expiration > ${now})
      ORDER BY latest.created DESC LIMIT 1)`)
  for (const row of rows) {
    const state = stateOf(row)
    if (state !== null) facts.cachedStates.set(row.cache_key, state)
  }
}

async function loadStateTimestamps(tx: Transaction, { stateTimestamps }: Needs, facts: Facts): Promise<void> {
  if (stateTimestamps.size === 0) return
  const ranges = [...stateTimestamps].map(([run, from]) => sql`(flow_run_id = ${run} AND timestamp >= ${from})`)
  const rows = await tx.query<{ flow_run_id: Uuid; timestamp: Timestamp }>(sql`
    SELECT flow_run_id, timestamp FROM flow_run_state WHERE ${sql.or(ranges)}`)
  for (const run of stateTimestamps.keys()) facts.stateTimestamps.set(run, new Set())
  for (const row of rows) facts.stateTimestamps.get(row.flow_run_id)?.add(row.timestamp.text)
}

async function loadSlots(tx: Transaction, needs: Needs, facts: Facts): Promise<void> {
  const { tags, leases, leaseHolders } = needs
  const held = leases.size + leaseHolders.size > 0 ? await selectLeases(tx, needs) : []
  facts.slots = new Slots({ leases: held })
  const { names, ids } = requiredLimits(needs, facts)
  const tagLimits = tags.size === 0 ? [] : await selectTagLimits(tx, [...tags])
  const limits = names.length + ids.length === 0 ? [] : await selectLimits(tx, names, ids)
  facts.slots = new Slots({ leases: held, tagLimits, limits })
}

function selectTagLimits(tx: Transaction, tags: readonly string[]): Promise<TagLimit[]> {
  return tx.query<TagLimit>(sql`
    SELECT id, tag, concurrency_limit, active_slots FROM concurrency_limit
    WHERE ${sql.isIn(sql`tag`, tags, 'text')} ORDER BY id${forChange}`)
}

function selectLimits(tx: Transaction, names: readonly string[], ids: readonly Uuid[]): Promise<ConcurrencyLimit[]> {
  return tx.query<ConcurrencyLimit>(sql`
    SELECT id, name, active, "limit", active_slots, denied_slots, slot_decay_per_second, avg_slot_occupancy_seconds, updated
    FROM concurrency_limit_v2
    WHERE ${sql.or([sql.isIn(sql`name`, names, 'text'), sql.isIn(sql`id`, ids, 'uuid')])} ORDER BY id${forChange}`)
}

function selectLeases(tx: Transaction, { leases, leaseHolders }: Needs): Promise<Lease[]> {
  return tx.query<Lease>(sql`
    SELECT id, resource_ids, slots, holder, expires_at FROM server_lease
    WHERE ${sql.or([sql.isIn(sql`id`, [...leases], 'uuid'), sql.isIn(sql`(holder ->> 'id')`, [...leaseHolders], 'text')])}
    ORDER BY id${forChange}`)
}
