import { type ObjectAction, objectEvent } from '../../events/object-events.ts'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { forChange } from '../../storage/locking.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import { insertInto, updateTable } from '../../storage/statements.ts'
import { uuid4, uuid7 } from '../../values/uuid.ts'
import { clearDefaultStorageOf } from '../admin/default-storage.ts'
import { BlockSchemaFilter } from '../block-schemas/filter.ts'
import { selectBlockSchemas } from '../block-schemas/queries.ts'
import { BlockTypeFilter } from '../block-types/filter.ts'
import { selectBlockType } from '../block-types/queries.ts'
import type { Context } from '../context.ts'
import { httpError, integrityConflict, notFound } from '../errors.ts'
import { created, noContent, ok, type Reply, type Request } from '../route.ts'
import { dataDecryption, encryptData } from './encryption.ts'
import { BlockDocumentFilter } from './filter.ts'
import { type BlockDocument, type BlockDocumentRow, readBlockDocument, readBlockDocumentsWhere, selectBlockDocuments } from './read.ts'
import { addReferences, replaceReferences, separateReferences } from './references.ts'
import type { BlockDocumentCreate, BlockDocumentsCount, BlockDocumentsList, BlockDocumentUpdate, IncludeSecrets } from './schemas.ts'
import { Secrets } from './secrets.ts'
import { BlockDocumentSort } from './sort.ts'

/** Creates a block document; names are unique within a block type, anonymous ones get a name of their own. */
export async function createBlockDocument(context: Context, { body }: Request<Infer<typeof BlockDocumentCreate>>): Promise<Reply> {
  const { tx, now } = context
  if (body.name !== null) {
    const [taken] = await tx.query(sql`SELECT id FROM block_document WHERE block_type_id = ${body.block_type_id} AND name = ${body.name}`)
    if (taken !== undefined) throw httpError(409, 'Block already exists')
  }
  const type = await selectBlockType(tx, 'id', body.block_type_id)
  if (type === undefined) throw notFound(`Block type ${body.block_type_id} not found`)
  const { plain, references } = separateReferences(body.data)
  const [schema] = await selectBlockSchemas(tx, sql`WHERE id = ${body.block_schema_id}`)
  if (schema === undefined) throw integrityConflict()
  const row: BlockDocumentRow = {
    id: uuid7(),
    created: now,
    updated: now,
    name: body.is_anonymous && !body.name ? `anonymous-${uuid4()}` : (body.name ?? ''),
    data: await encryptData(context, plain),
    block_schema_id: schema.id,
    block_type_id: type.id,
    block_type_name: type.name,
    is_anonymous: body.is_anonymous,
  }
  const inserted = await tx.execute(insertInto('block_document', { ...row }, { onConflict: 'nothing' }))
  if (inserted === 0) throw httpError(409, 'Block already exists')
  await addReferences(context, row.id, references)
  const document = await readBlockDocument(context, row.id)
  if (document !== undefined) emit(context, 'created', document)
  return created(document)
}

export async function readBlockDocumentById(
  context: Context,
  { params, query }: Request<unknown, Infer<typeof IncludeSecrets>>,
): Promise<Reply> {
  return ok(await required(context, params.id, query.include_secrets))
}

export async function readBlockDocuments(context: Context, { body }: Request<Infer<typeof BlockDocumentsList>>): Promise<Reply> {
  const { limit, offset, include_secrets: includeSecrets } = body
  const orderBy = BlockDocumentSort.orderBy(body.sort ?? 'NAME_ASC')
  return ok(await readBlockDocumentsWhere(context, { where: whereOf(body), includeSecrets, orderBy, limit, offset }))
}

export async function countBlockDocuments({ tx }: Context, { body }: Request<Infer<typeof BlockDocumentsCount>>): Promise<Reply> {
  const [row] = await tx.query<{ count: number }>(sql`SELECT count(*) AS count FROM block_document WHERE ${whereOf(body)}`)
  return ok(row?.count ?? 0)
}

export async function deleteBlockDocument(context: Context, { params }: Request): Promise<Reply> {
  const document = await required(context, params.id)
  emit(context, 'deleted', document)
  await clearDefaultStorageOf(context.tx, sql`id = ${document.id}`)
  await context.tx.execute(sql`DELETE FROM block_document WHERE id = ${document.id}`)
  return noContent()
}

/** Changes the data of a document, key by key or as a whole, and with it the schema that the data follows. */
export async function updateBlockDocument(context: Context, { params, body }: Request<Infer<typeof BlockDocumentUpdate>>): Promise<Reply> {
  const [current] = await selectBlockDocuments(context.tx, sql`WHERE id = ${params.id ?? ''}${forChange}`)
  if (current === undefined) throw notFound('Block document not found')
  if (!body.merge_existing_data || s.sentFields(body).has('data')) await changeData(context, current, body)
  emit(context, 'updated', await required(context, current.id))
  return noContent()
}

async function changeData(context: Context, current: BlockDocumentRow, body: Infer<typeof BlockDocumentUpdate>): Promise<void> {
  const { tx, now } = context
  const schemaId = body.block_schema_id ?? current.block_schema_id
  const schemas = await selectBlockSchemas(tx, sql`WHERE ${sql.isIn(sql`id`, [current.block_schema_id, schemaId], 'uuid')}`)
  const schema = schemas.find(({ id }) => id === current.block_schema_id)
  const proposed = schemas.find(({ id }) => id === schemaId)
  const old = (await dataDecryption(context))(current.data)
  const restored = new Secrets(schema?.fields ?? {}).restored(body.data, old)
  const { plain, references } = separateReferences(body.merge_existing_data ? { ...old, ...restored } : restored)
  if (proposed === undefined) throw notFound(`Block schema ${schemaId} not found`)
  if (proposed.block_type_id !== current.block_type_id) {
    throw httpError(400, 'Must migrate block document to a block schema of the same block type.')
  }
  const changes = { data: await encryptData(context, plain), block_schema_id: schemaId, updated: now }
  await tx.execute(updateTable('block_document', changes, sql`id = ${current.id}`))
  await replaceReferences(context, current.id, references)
}

function whereOf(body: Infer<typeof BlockDocumentsCount>): Sql {
  const conditions = [BlockDocumentFilter.where(body.block_documents)]
  if (body.block_types !== null) {
    conditions.push(sql`EXISTS (
      SELECT 1 FROM block_type WHERE block_type.id = block_document.block_type_id AND ${BlockTypeFilter.where(body.block_types)})`)
  }
  if (body.block_schemas !== null) {
    conditions.push(sql`EXISTS (
      SELECT 1 FROM block_schema WHERE block_schema.id = block_document.block_schema_id AND ${BlockSchemaFilter.where(body.block_schemas)})`)
  }
  return sql.and(conditions)
}

async function required(context: Context, id = '', includeSecrets = false): Promise<BlockDocument> {
  const document = await readBlockDocument(context, id, includeSecrets)
  if (document === undefined) throw notFound('Block document not found')
  return document
}

/** Tells what happened to a document that has a name; of its data only texts that are no secrets. */
function emit(context: Context, action: ObjectAction, document: BlockDocument): void {
  const { id, name, data, block_schema: schema, block_type_id: typeId, block_type_name: typeName } = document
  if (document.is_anonymous) return
  const secret = Array.isArray(schema?.fields.secret_fields) ? schema.fields.secret_fields : []
  const told = Object.entries(data).filter(([key, value]) => typeof value === 'string' && !secret.includes(key))
  const payload = {
    name,
    data: Object.fromEntries(told),
    block_schema: schema === null ? null : { capabilities: schema.capabilities, block_type: { id: typeId, name: typeName ?? '' } },
  }
  const type: Record<string, string> = { 'prefect.resource.id': `prefect.block-type.${typeId}`, 'prefect.resource.role': 'block-type' }
  if (typeName) type['prefect.resource.name'] = typeName
  const schemaLabels = {
    'prefect.resource.id': `prefect.block-schema.${document.block_schema_id}`,
    'prefect.resource.role': 'block-schema',
  }
  context.emit(objectEvent({ kind: 'block-document', action, id, name, payload, related: [type, schemaLabels] }, context.now))
}
