import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { selectTaskRun, taskRunResponse } from './records.ts'

export async function readTaskRun({ tx, now }: Context, { params }: Request): Promise<Reply> {
  const run = await selectTaskRun(tx, params.id ?? '')
  if (run === null) throw notFound('Task not found')
  return ok(taskRunResponse(run, now))
}
