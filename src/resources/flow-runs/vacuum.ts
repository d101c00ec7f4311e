/** Old flow runs are deleted: those that ended long ago and are nobody's subflow, with what hangs on them. */
import { terminalStates } from '../../orchestration/states.ts'
import type { Transaction } from '../../storage/database.ts'
import { unindexed } from '../../storage/hints.ts'
import { sql } from '../../storage/sql.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { deleteArtifactsLater, deleteLogsLater } from '../logs/pending-deletion.ts'
import { ok, type Reply } from '../route.ts'

/** Task runs, and their states, are deleted along: a transaction takes no more runs than have so many. */
const mostTaskRuns = 2000

/** Deletes a batch; `more` tells that there may be others. Runs that somebody is changing are left for another time. */
export async function vacuumFlowRuns(context: Context): Promise<Reply> {
  const { tx, now, settings } = context
  const before = now.addSeconds(-settings.get('PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD').seconds)
  const ended = sql.isIn(unindexed(sql`state_type`), [...terminalStates], 'state_type')
  const old = await tx.query<{ id: Uuid }>(sql`
    SELECT id FROM flow_run
    WHERE ${unindexed(sql`parent_task_run_id`)} IS NULL AND ${ended} AND end_time < ${before}
    ORDER BY end_time LIMIT ${settings.get('PREFECT_SERVER_SERVICES_DB_VACUUM_BATCH_SIZE')}${skipLocked}`)
  const ids = await fewEnough(
    tx,
    old.map(({ id }) => id),
  )
  if (ids.length === 0) return ok({ deleted: 0, more: false })
  await tx.execute(sql`DELETE FROM flow_run WHERE ${sql.isIn(sql`id`, ids, 'uuid')}`)
  await deleteLogsLater(context, 'flow_run', ids)
  await deleteArtifactsLater(context, ids)
  // Subflows of what was deleted may be old, too.
  return ok({ deleted: ids.length, more: true })
}

const skipLocked = sql.dialect({ sqlite: sql.empty, postgres: sql.raw(' FOR UPDATE SKIP LOCKED') })

async function fewEnough(tx: Transaction, ids: readonly Uuid[]): Promise<Uuid[]> {
  if (ids.length === 0) return []
  const rows = await tx.query<{ id: Uuid; count: number }>(sql`
    SELECT flow_run_id AS id, count(*) AS count FROM task_run WHERE ${sql.isIn(sql`flow_run_id`, ids, 'uuid')} GROUP BY flow_run_id`)
  const counts = new Map(rows.map(({ id, count }) => [id, count]))
  let sum = 0
  return ids.filter((id, index) => {
    sum += counts.get(id) ?? 0
    return index === 0 || sum <= mostTaskRuns
  })
}
