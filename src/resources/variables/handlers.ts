import { type ObjectAction, objectEvent } from '../../events/object-events.ts'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import { pythonRepr } from '../../values/python-text.ts'
import type { Context } from '../context.ts'
import { httpError, notFound } from '../errors.ts'
import { created, noContent, ok, type Reply, type Request } from '../route.ts'
import { VariableFilter } from './filter.ts'
import {
  changeVariable,
  countVariablesWhere,
  insertVariable,
  removeVariable,
  selectVariable,
  selectVariables,
  type VariableRow,
} from './queries.ts'
import type { VariableCreate, VariablesCount, VariablesPage, VariableUpdate } from './schemas.ts'
import { VariableSort } from './sort.ts'

/** Creates a variable; names are unique. 201 with the variable, or 409. */
export async function createVariable(context: Context, { body }: Request<Infer<typeof VariableCreate>>): Promise<Reply> {
  const variable = await insertVariable(context.tx, body, context.now)
  if (variable === null) throw httpError(409, `A variable with the name ${pythonRepr(body.name)} already exists.`)
  emit(context, 'created', variable)
  return created(variable)
}

export async function readVariable(context: Context, { params }: Request): Promise<Reply> {
  return ok(await required(context, byId(params)))
}

export async function readVariableByName(context: Context, { params }: Request): Promise<Reply> {
  return ok(await required(context, byName(params)))
}

export async function readVariables({ tx }: Context, { body }: Request<Infer<typeof VariablesPage>>): Promise<Reply> {
  const order = VariableSort.orderBy(body.sort)
  return ok(await selectVariables(tx, VariableFilter.where(body.variables), order, body.limit, body.offset))
}

export async function countVariables({ tx }: Context, { body }: Request<Infer<typeof VariablesCount>>): Promise<Reply> {
  return ok(await countVariablesWhere(tx, VariableFilter.where(body.variables)))
}

export async function updateVariable(context: Context, request: Request<Infer<typeof VariableUpdate>>): Promise<Reply> {
  return update(context, byId(request.params), request.body)
}

export async function updateVariableByName(context: Context, request: Request<Infer<typeof VariableUpdate>>): Promise<Reply> {
  return update(context, byName(request.params), request.body)
}

export async function deleteVariable(context: Context, { params }: Request): Promise<Reply> {
  return remove(context, byId(params))
}

export async function deleteVariableByName(context: Context, { params }: Request): Promise<Reply> {
  return remove(context, byName(params))
}

async function update(context: Context, where: Sql, changes: Infer<typeof VariableUpdate>): Promise<Reply> {
  const { id } = await required(context, where)
  await changeVariable(context.tx, id, s.onlySent(changes), context.now)
  emit(context, 'updated', await required(context, sql`id = ${id}`))
  return noContent()
}

async function remove(context: Context, where: Sql): Promise<Reply> {
  const variable = await required(context, where)
  await removeVariable(context.tx, variable.id)
  emit(context, 'deleted', variable)
  return noContent()
}

async function required({ tx }: Context, where: Sql): Promise<VariableRow> {
  const variable = await selectVariable(tx, where)
  if (variable === null) throw notFound('Variable not found.')
  return variable
}

function emit(context: Context, action: ObjectAction, { id, name, value, tags }: VariableRow): void {
  context.emit(objectEvent({ kind: 'variable', action, id, name, payload: { name, value, tags } }, context.now))
}

const byId = (params: Record<string, string>): Sql => sql`id = ${params.id ?? ''}`
const byName = (params: Record<string, string>): Sql => sql`name = ${params.name ?? ''}`
