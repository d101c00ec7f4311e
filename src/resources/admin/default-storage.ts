/** The block that results are stored in when nothing else is said: its id is kept in the table of configurations. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import { insertInto } from '../../storage/statements.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { httpError, notFound } from '../errors.ts'
import { noContent, ok, type Reply, type Request, route } from '../route.ts'

const key = 'server-default-result-storage'

interface DefaultStorage {
  default_result_storage_block_id: Uuid | null
}

const DefaultStorageUpdate = s.model('ServerDefaultResultStorageUpdate', { default_result_storage_block_id: s.uuid() })

export async function readDefaultStorage(tx: Transaction): Promise<DefaultStorage> {
  const [row] = await tx.query<{ value: DefaultStorage }>(sql`SELECT value FROM configuration WHERE key = ${key}`)
  return { default_result_storage_block_id: row?.value.default_result_storage_block_id ?? null }
}

/** Forgets the default when it is a block document for which `where` holds; call it while the document exists. */
export async function clearDefaultStorageOf(tx: Transaction, where: Sql): Promise<void> {
  const { default_result_storage_block_id: id } = await readDefaultStorage(tx)
  if (id === null) return
  const [concerned] = await tx.query(sql`SELECT id FROM block_document WHERE id = ${id} AND ${where}`)
  if (concerned !== undefined) await clear(tx)
}

async function clear(tx: Transaction): Promise<void> {
  await tx.execute(sql`DELETE FROM configuration WHERE key = ${key}`)
}

async function read({ tx }: Context): Promise<Reply> {
  return ok(await readDefaultStorage(tx))
}

async function update({ tx, now }: Context, { body }: Request<Infer<typeof DefaultStorageUpdate>>): Promise<Reply> {
  const { default_result_storage_block_id: id } = body
  const [document] = await tx.query<{ capabilities: string[] }>(sql`
    SELECT block_schema.capabilities FROM block_document JOIN block_schema ON block_schema.id = block_document.block_schema_id
    WHERE block_document.id = ${id}`)
  if (document === undefined) throw notFound(`Block document ${id} not found.`)
  if (!document.capabilities.includes('write-path')) throw httpError(422, `Block document ${id} cannot be used for result storage.`)
  const row = { created: now, updated: now, key, value: body }
  await tx.execute(insertInto('configuration', row, { onConflict: { columns: ['key'], update: ['value', 'updated'] } }))
  return ok(body)
}

async function remove({ tx }: Context): Promise<Reply> {
  await clear(tx)
  return noContent()
}

const path = '/admin/storage'

export const routes = [
  route({ method: 'GET', path, name: 'read_server_default_result_storage', access: 'read', handle: read }),
  route({
    method: 'PUT',
    path,
    name: 'update_server_default_result_storage',
    access: 'alone',
    body: DefaultStorageUpdate,
    handle: update,
  }),
  route({ method: 'DELETE', path, name: 'clear_server_default_result_storage', access: 'alone', handle: remove }),
]
