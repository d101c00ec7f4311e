/** Inputs of flow runs: values by key that a run and its observers exchange. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto } from '../../storage/statements.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { type Uuid, uuid7 } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { httpError, notFound } from '../errors.ts'
import { noContent, ok, type Reply, type Request, route } from '../route.ts'

const text = s.string()

/** A text that the reference reads as bytes. */
const Bytes: s.Schema<string> = {
  ...text,
  label: () => 'bytes',
  read: (input, reading) =>
    typeof input === 'string' ? text.read(input, reading) : reading.fail('bytes_type', 'Input should be a valid bytes', input),
  describe: () => ({ type: 'string', format: 'binary' }),
}

const InputCreate = s.parameters({ key: s.string(), value: Bytes, sender: s.optional(s.nullable(s.string()), null) })
const InputsList = s.parameters({
  prefix: s.string(),
  limit: s.optional(s.integer(), 1),
  exclude_keys: s.optional(s.list(s.string()), () => []),
})

interface NewInput {
  flow_run_id: Uuid
  key: string
  value: string
  sender: string | null
}

/** Adds an input; false when the run has one with that key. */
export async function insertInput(tx: Transaction, input: NewInput, now: Timestamp): Promise<boolean> {
  const row = { id: uuid7(), created: now, updated: now, ...input }
  return (await tx.execute(insertInto('flow_run_input', row, { onConflict: 'nothing' }))) === 1
}

/** The value of an input; null when there is none. */
export async function selectInput(tx: Transaction, flowRun: Uuid, key: string): Promise<string | null> {
  const [row] = await tx.query<{ value: string }>(sql`SELECT value FROM flow_run_input WHERE flow_run_id = ${flowRun} AND key = ${key}`)
  return row?.value ?? null
}

async function createInput({ tx, now }: Context, { params, body }: Request<Infer<typeof InputCreate>>): Promise<Reply> {
  const flow_run_id = params.id ?? ''
  if (!/^[a-zA-Z0-9-]+$/.test(body.key)) throw httpError(422, 'key must only contain letters, numbers, and dashes.')
  const [run] = await tx.query(sql`SELECT id FROM flow_run WHERE id = ${flow_run_id}`)
  if (run === undefined) throw notFound('Flow run not found')
  if (!(await insertInput(tx, { flow_run_id, ...body }, now))) throw httpError(409, 'A flow run input with this key already exists.')
  return { status: 201, body: null }
}

async function filterInputs({ tx }: Context, { params, body }: Request<Infer<typeof InputsList>>): Promise<Reply> {
  const excluded = sql.isIn(sql`key`, body.exclude_keys, 'text')
  return ok(
    await tx.query(sql`
      SELECT id, created, updated, flow_run_id, key, value, sender FROM flow_run_input
      WHERE flow_run_id = ${params.id ?? ''} AND key LIKE ${`${body.prefix}%`} AND NOT ${excluded}
      ORDER BY created LIMIT ${body.limit}`),
  )
}

async function readInput({ tx }: Context, { params }: Request): Promise<Reply> {
  const value = await selectInput(tx, params.id ?? '', params.key ?? '')
  if (value === null) throw notFound('Flow run input not found')
  return { status: 200, raw: value, headers: { 'content-type': 'text/plain; charset=utf-8' } }
}

async function deleteInput({ tx }: Context, { params }: Request): Promise<Reply> {
  const deleted = await tx.execute(sql`DELETE FROM flow_run_input WHERE flow_run_id = ${params.id ?? ''} AND key = ${params.key ?? ''}`)
  if (deleted === 0) throw notFound('Flow run input not found')
  return noContent()
}

const path = '/flow_runs/{id:uuid}/input'

export const inputRoutes = [
  route({ method: 'POST', path, name: 'create_flow_run_input', access: 'alone', body: InputCreate, handle: createInput }),
  route({ method: 'POST', path: `${path}/filter`, name: 'filter_flow_run_input', access: 'read', body: InputsList, handle: filterInputs }),
  route({ method: 'GET', path: `${path}/{key}`, name: 'read_flow_run_input', access: 'read', handle: readInput }),
  route({ method: 'DELETE', path: `${path}/{key}`, name: 'delete_flow_run_input', access: 'alone', handle: deleteInput }),
]
