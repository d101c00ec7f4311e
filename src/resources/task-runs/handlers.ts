import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import { updateTable } from '../../storage/statements.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { deleteLogsLater } from '../logs/pending-deletion.ts'
import { noContent, ok, type Reply, type Request } from '../route.ts'
import { selectTaskRun, taskRunResponse } from './records.ts'
import type { TaskRunUpdate } from './schemas.ts'

export async function readTaskRun({ tx, now }: Context, { params }: Request): Promise<Reply> {
  const run = await selectTaskRun(tx, params.id ?? '')
  if (run === null) throw notFound('Task not found')
  return ok(taskRunResponse(run, now))
}

export async function updateTaskRun({ tx, now }: Context, { params, body }: Request<Infer<typeof TaskRunUpdate>>): Promise<Reply> {
  const changed = await tx.execute(updateTable('task_run', { ...s.onlySent(body), updated: now }, sql`id = ${params.id ?? ''}`))
  if (changed === 0) throw notFound('Task run not found')
  return noContent()
}

/** Deletes a task run with its states; what it logged goes later, in chunks. */
export async function deleteTaskRun(context: Context, { params }: Request): Promise<Reply> {
  const id = params.id ?? ''
  const deleted = await context.tx.execute(sql`DELETE FROM task_run WHERE id = ${id}`)
  if (deleted === 0) throw notFound('Task not found')
  await deleteLogsLater(context, 'task_run', [id])
  return noContent()
}
