import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { JsonObject } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import { type BlockSchema, type BlockSchemaRow, readBlockSchemasWhere, selectBlockSchemas } from '../block-schemas/queries.ts'
import { type BlockTypeRow, selectBlockTypesById } from '../block-types/queries.ts'
import type { Context } from '../context.ts'
import { httpError } from '../errors.ts'
import { dataDecryption } from './encryption.ts'
import { type StoredReference, selectReferencesBelow } from './references.ts'
import { Secrets } from './secrets.ts'

export interface BlockDocumentRow {
  id: Uuid
  created: Timestamp
  updated: Timestamp
  name: string
  /** Encrypted. */
  data: string
  block_schema_id: Uuid
  block_type_id: Uuid
  block_type_name: string | null
  is_anonymous: boolean
}

/** A block document as the API shows it: readable, with the data of the documents that it refers to. */
export interface BlockDocument extends Omit<BlockDocumentRow, 'data'> {
  data: JsonObject
  block_schema: BlockSchema | null
  block_type: BlockTypeRow | null
  block_document_references: Record<string, unknown>
}

export interface Wanted {
  where: Sql
  includeSecrets?: boolean
  orderBy?: Sql
  limit?: number
  offset?: number
}

const deepest = 50

export async function selectBlockDocuments(tx: Transaction, rest: Sql): Promise<BlockDocumentRow[]> {
  return await tx.query<BlockDocumentRow>(sql`
    SELECT id, created, updated, name, data, block_schema_id, block_type_id, block_type_name, is_anonymous FROM block_document ${rest}`)
}

export async function readBlockDocumentsWhere(context: Pick<Context, 'tx' | 'settings'>, wanted: Wanted): Promise<BlockDocument[]> {
  const { tx } = context
  const { where, orderBy = sql`block_document.name ASC`, limit, offset = 0, includeSecrets = false } = wanted
  const page = limit === undefined ? sql.empty : sql`LIMIT ${limit} OFFSET ${offset}`
  const roots = await selectBlockDocuments(tx, sql`WHERE ${where} ORDER BY ${orderBy} ${page}`)
  if (roots.length === 0) return []
  const references = await selectReferencesBelow(
    tx,
    roots.map(({ id }) => id),
  )
  const documents = new Map(roots.map((row) => [row.id, row]))
  const missing = references.map((reference) => reference.reference_block_document_id).filter((id) => !documents.has(id))
  if (missing.length > 0) {
    const below = await selectBlockDocuments(tx, sql`WHERE ${sql.isIn(sql`id`, [...new Set(missing)], 'uuid')}`)
    for (const row of below) documents.set(row.id, row)
  }
  const rows = [...documents.values()]
  const tree: Tree = {
    documents,
    references: Map.groupBy(references, (reference) => reference.parent_block_document_id),
    schemas: await selectSchemas(tx, rows),
    types: await selectBlockTypesById(
      tx,
      rows.map((row) => row.block_type_id),
    ),
    decrypt: await dataDecryption(context),
    includeSecrets,
  }
  const schemas = await readSchemas(tx, roots)
  return roots.map((row) => ({
    ...row,
    ...contentsOf(row, tree, 0),
    block_schema: schemas.get(row.block_schema_id) ?? null,
    block_type: tree.types.get(row.block_type_id) ?? null,
  }))
}

/** The document; undefined when there is none. */
export async function readBlockDocument(
  context: Pick<Context, 'tx' | 'settings'>,
  id: Uuid,
  includeSecrets = false,
): Promise<BlockDocument | undefined> {
  const [document] = await readBlockDocumentsWhere(context, { where: sql`block_document.id = ${id}`, includeSecrets })
  return document
}

interface Tree {
  documents: ReadonlyMap<Uuid, BlockDocumentRow>
  references: ReadonlyMap<Uuid, readonly StoredReference[]>
  schemas: ReadonlyMap<Uuid, BlockSchemaRow>
  types: ReadonlyMap<Uuid, BlockTypeRow>
  decrypt: (token: string) => JsonObject
  includeSecrets: boolean
}

/** A document's data with that of the documents below it, and who these are. */
function contentsOf(row: BlockDocumentRow, tree: Tree, depth: number): Pick<BlockDocument, 'data' | 'block_document_references'> {
  if (depth > deepest) {
    throw httpError(400, `Block document reference graph exceeds max depth ${deepest}; refusing to recurse further.`)
  }
  const plain = tree.decrypt(row.data)
  const shown = tree.includeSecrets ? plain : new Secrets(tree.schemas.get(row.block_schema_id)?.fields ?? {}).hidden(plain)
  const data = new Map(Object.entries(shown))
  const references = new Map<string, unknown>()
  for (const { name, reference_block_document_id } of tree.references.get(row.id) ?? []) {
    const below = tree.documents.get(reference_block_document_id)
    if (below === undefined) continue
    const contents = contentsOf(below, tree, depth + 1)
    data.set(name, contents.data)
    references.set(name, {
      block_document: {
        id: below.id,
        name: below.name,
        block_type: tree.types.get(below.block_type_id) ?? null,
        is_anonymous: below.is_anonymous,
        block_document_references: contents.block_document_references,
      },
    })
  }
  return { data: Object.fromEntries(data), block_document_references: Object.fromEntries(references) }
}

async function selectSchemas(tx: Transaction, rows: readonly BlockDocumentRow[]): Promise<Map<Uuid, BlockSchemaRow>> {
  const schemas = await selectBlockSchemas(tx, sql`WHERE ${schemasOf(rows)}`)
  return new Map(schemas.map((schema) => [schema.id, schema]))
}

async function readSchemas(tx: Transaction, rows: readonly BlockDocumentRow[]): Promise<Map<Uuid, BlockSchema>> {
  const schemas = await readBlockSchemasWhere(tx, sql`WHERE ${schemasOf(rows)}`)
  return new Map(schemas.map((schema) => [schema.id, schema]))
}

const schemasOf = (rows: readonly BlockDocumentRow[]): Sql =>
  sql.isIn(sql`id`, [...new Set(rows.map((row) => row.block_schema_id))], 'uuid')
