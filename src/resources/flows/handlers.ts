import { type ObjectAction, objectEvent } from '../../events/object-events.ts'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { offsetOf, pageOf } from '../filtering/pagination.ts'
import { whereRelated } from '../filtering/related.ts'
import { created, noContent, ok, type Reply, type Request } from '../route.ts'
import { changeFlow, countFlowsWhere, deleteFlowRows, type FlowRow, insertFlow, selectFlow, selectFlows } from './queries.ts'
import type { FlowCreate, FlowsBulkDelete, FlowsCount, FlowsList, FlowsPage, FlowUpdate } from './schemas.ts'
import { FlowSort } from './sort.ts'

/** Creates a flow, 201; one that has the name already is given as it is, 200. */
export async function createFlow(context: Context, { body }: Request<Infer<typeof FlowCreate>>): Promise<Reply> {
  const flow = await insertFlow(context.tx, body, context.now)
  if (flow === null) return ok(await required(context, body.name, 'name'))
  emit(context, 'created', flow)
  return created(flow)
}

export async function updateFlow(context: Context, { params, body }: Request<Infer<typeof FlowUpdate>>): Promise<Reply> {
  const flow = await required(context, params.id)
  const changes = s.onlySent(body)
  await changeFlow(context.tx, flow.id, changes, context.now)
  emit(context, 'updated', { ...flow, tags: changes.tags ?? flow.tags })
  return noContent()
}

export async function readFlow(context: Context, { params }: Request): Promise<Reply> {
  return ok(await required(context, params.id))
}

export async function readFlowByName(context: Context, { params }: Request): Promise<Reply> {
  return ok(await required(context, params.name, 'name'))
}

export async function countFlows({ tx }: Context, { body }: Request<Infer<typeof FlowsCount>>): Promise<Reply> {
  return ok(await countFlowsWhere(tx, whereRelated('flows', body)))
}

export async function readFlows({ tx }: Context, { body }: Request<Infer<typeof FlowsList>>): Promise<Reply> {
  const order = FlowSort.orderBy(body.sort)
  const flows = await selectFlows(tx, sql`WHERE ${whereRelated('flows', body)} ORDER BY ${order} LIMIT ${body.limit} OFFSET ${body.offset}`)
  return ok(flows)
}

export async function paginateFlows({ tx }: Context, { body }: Request<Infer<typeof FlowsPage>>): Promise<Reply> {
  const where = whereRelated('flows', body)
  const flows = await selectFlows(
    tx,
    sql`WHERE ${where} ORDER BY ${FlowSort.orderBy(body.sort)} LIMIT ${body.limit} OFFSET ${offsetOf(body)}`,
  )
  return ok(pageOf(flows, await countFlowsWhere(tx, where), body))
}

export async function deleteFlow(context: Context, { params }: Request): Promise<Reply> {
  const flow = await required(context, params.id)
  emit(context, 'deleted', flow)
  await deleteFlowRows(context.tx, [flow.id])
  return noContent()
}

export async function bulkDeleteFlows(context: Context, { body }: Request<Infer<typeof FlowsBulkDelete>>): Promise<Reply> {
  const { tx } = context
  const flows = await selectFlows(tx, sql`WHERE ${whereRelated('flows', body)} ORDER BY name LIMIT ${body.limit}`)
  for (const flow of flows) emit(context, 'deleted', flow)
  const ids = flows.map((flow) => flow.id)
  if (ids.length > 0) await deleteFlowRows(tx, ids)
  return ok({ deleted: ids })
}

async function required({ tx }: Context, value = '', column: 'id' | 'name' = 'id'): Promise<FlowRow> {
  const flow = await selectFlow(tx, sql`${sql.id(column)} = ${value}`)
  if (flow === null) throw notFound('Flow not found')
  return flow
}

function emit(context: Context, action: ObjectAction, { id, name, tags, labels }: FlowRow): void {
  context.emit(objectEvent({ kind: 'flow', action, id, name, payload: { name, tags, labels } }, context.now))
}
