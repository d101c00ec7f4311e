import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { flowRunResponse, selectFlowRun } from './records.ts'

export async function readFlowRun({ tx, now }: Context, { params }: Request): Promise<Reply> {
  const run = await selectFlowRun(tx, params.id ?? '')
  if (run === null) throw notFound('Flow run not found')
  return ok(flowRunResponse(run, now))
}
