import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import { clearDefaultStorageOf } from '../admin/default-storage.ts'
import { BlockDocumentFilter } from '../block-documents/filter.ts'
import { readBlockDocumentsWhere } from '../block-documents/read.ts'
import type { IncludeSecrets } from '../block-documents/schemas.ts'
import { BlockSchemaFilter } from '../block-schemas/filter.ts'
import type { Context } from '../context.ts'
import { httpError, notFound } from '../errors.ts'
import { created, noContent, ok, type Reply, type Request } from '../route.ts'
import { BlockTypeFilter } from './filter.ts'
import { type BlockTypeRow, selectBlockType, selectBlockTypes } from './queries.ts'
import { registerProtectedBlocks } from './register.ts'
import type { BlockTypeCreate, BlockTypesList, BlockTypeUpdate } from './schemas.ts'
import { changeBlockType, emitBlockType, insertBlockType } from './write.ts'

/** Creates a block type; slugs are unique, and names of Prefect's own are reserved. */
export async function createBlockType(context: Context, { body }: Request<Infer<typeof BlockTypeCreate>>): Promise<Reply> {
  if (body.name.toLowerCase().startsWith('prefect')) throw httpError(403, "Block type names beginning with 'Prefect' are reserved.")
  const type = await insertBlockType(context, body)
  if (type === null) throw httpError(409, `Block type with name "${body.name}" already exists`)
  return created(type)
}

export async function readBlockType(context: Context, { params }: Request): Promise<Reply> {
  return ok(await required(context, 'id', params.id))
}

export async function readBlockTypeBySlug(context: Context, { params }: Request): Promise<Reply> {
  return ok(await required(context, 'slug', params.slug))
}

export async function readBlockTypes({ tx }: Context, { body }: Request<Infer<typeof BlockTypesList>>): Promise<Reply> {
  const conditions = [BlockTypeFilter.where(body.block_types)]
  if (body.block_schemas !== null) {
    conditions.push(sql`EXISTS (
      SELECT 1 FROM block_schema WHERE block_schema.block_type_id = block_type.id AND ${BlockSchemaFilter.where(body.block_schemas)})`)
  }
  const types = await selectBlockTypes(
    tx,
    sql`WHERE ${sql.and(conditions)} ORDER BY block_type.name LIMIT ${body.limit} OFFSET ${body.offset}`,
  )
  return ok(types)
}

export async function updateBlockType(context: Context, { params, body }: Request<Infer<typeof BlockTypeUpdate>>): Promise<Reply> {
  await changeBlockType(context, await required(context, 'id', params.id), s.onlySent(body))
  return noContent()
}

export async function deleteBlockType(context: Context, { params }: Request): Promise<Reply> {
  const type = await required(context, 'id', params.id)
  if (type.is_protected) throw httpError(403, 'protected block types cannot be deleted.')
  emitBlockType(context, 'deleted', type)
  await clearDefaultStorageOf(context.tx, sql`block_type_id = ${type.id}`)
  await context.tx.execute(sql`DELETE FROM block_type WHERE id = ${type.id}`)
  return noContent()
}

export async function readBlockDocumentsOfType(
  context: Context,
  { params, query }: Request<unknown, Infer<typeof IncludeSecrets>>,
): Promise<Reply> {
  const { id } = await required(context, 'slug', params.slug)
  const where = BlockDocumentFilter.where({ block_type_id: { any_: [id] } })
  return ok(await readBlockDocumentsWhere(context, { where, includeSecrets: query.include_secrets }))
}

export async function readBlockDocumentByName(
  context: Context,
  { params, query }: Request<unknown, Infer<typeof IncludeSecrets>>,
): Promise<Reply> {
  const where = sql`block_document.name = ${params.block_document_name ?? ''} AND EXISTS (
    SELECT 1 FROM block_type WHERE block_type.id = block_document.block_type_id AND block_type.slug = ${params.slug ?? ''})`
  const [document] = await readBlockDocumentsWhere(context, { where, includeSecrets: query.include_secrets, limit: 1 })
  if (document === undefined) throw notFound('Block document not found')
  return ok(document)
}

export async function installSystemBlockTypes(context: Context): Promise<Reply> {
  await registerProtectedBlocks(context)
  return ok(null)
}

async function required({ tx }: Context, column: 'id' | 'slug', value = ''): Promise<BlockTypeRow> {
  const type = await selectBlockType(tx, column, value)
  if (type === undefined) throw notFound('Block type not found')
  return type
}
