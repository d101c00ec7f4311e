/**
 * Logs of deleted runs, and the artifacts of flow runs that grew old. A run may have millions: they go after the run, in
 * chunks that never block requests. What is still to be deleted is in the table server_pending_deletion, so a crash in
 * between forgets nothing.
 */
import { sql } from '../../storage/sql.ts'
import { insertInto } from '../../storage/statements.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { ok, type Reply } from '../route.ts'

type Owner = 'flow_run' | 'task_run'

const chunk = 2000

/** Where the rows are that a deleted object leaves. */
const leftovers = {
  flow_run: sql`log WHERE flow_run_id`,
  task_run: sql`log WHERE task_run_id`,
  flow_run_artifacts: sql`artifact WHERE flow_run_id`,
}
type Kind = keyof typeof leftovers

/** Notes that the logs of these runs are to be deleted; commits with the deletion of the runs. */
export async function deleteLogsLater(context: Context, owner: Owner, ids: readonly Uuid[]): Promise<void> {
  await deleteLater(context, owner, ids)
}

/** The same of the artifacts of flow runs. */
export async function deleteArtifactsLater(context: Context, ids: readonly Uuid[]): Promise<void> {
  await deleteLater(context, 'flow_run_artifacts', ids)
}

async function deleteLater({ tx, now, publish }: Context, kind: Kind, ids: readonly Uuid[]): Promise<void> {
  if (ids.length === 0) return
  await tx.execute(
    insertInto(
      'server_pending_deletion',
      ids.map((id) => ({ created: now, kind, resource_id: id })),
    ),
  )
  publish('pending-deletions', null)
}

/** Deletes a chunk of what is to be deleted; `more` tells that something is left. */
export async function deletePending({ tx }: Context): Promise<Reply> {
  const skipLocked = sql.dialect({ sqlite: sql.empty, postgres: sql.raw(' FOR UPDATE SKIP LOCKED') })
  const [pending] = await tx.query<{ id: number; kind: Kind; resource_id: Uuid }>(sql`
    SELECT id, kind, resource_id FROM server_pending_deletion ORDER BY id LIMIT 1${skipLocked}`)
  if (pending === undefined) return ok({ more: false })
  const table = sql.id(pending.kind === 'flow_run_artifacts' ? 'artifact' : 'log')
  const deleted = await tx.execute(sql`
    DELETE FROM ${table} WHERE id IN (SELECT id FROM ${leftovers[pending.kind]} = ${pending.resource_id} LIMIT ${chunk})`)
  if (deleted < chunk) await tx.execute(sql`DELETE FROM server_pending_deletion WHERE id = ${pending.id}`)
  return ok({ more: true })
}
