import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { JsonObject } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import { type BlockTypeRow, selectBlockTypesById } from '../block-types/queries.ts'
import { completeFields, type LinkedSchema, type SchemaLink } from './complete-fields.ts'

export interface BlockSchemaRow {
  id: Uuid
  created: Timestamp
  updated: Timestamp
  checksum: string
  /** As stored: without references to other block schemas and without their definitions. */
  fields: JsonObject
  block_type_id: Uuid
  capabilities: string[]
  version: string
}

/** A block schema as the API shows it: fields with references and definitions, and with its block type. */
export interface BlockSchema extends BlockSchemaRow {
  block_type: BlockTypeRow | null
}

export async function selectBlockSchemas(tx: Transaction, rest: Sql): Promise<BlockSchemaRow[]> {
  return await tx.query<BlockSchemaRow>(sql`
    SELECT id, created, updated, checksum, fields, block_type_id, capabilities, version FROM block_schema ${rest}`)
}

/** The newest ones come first. */
export const newestFirst = sql`ORDER BY block_schema.created DESC, block_schema.id DESC`

/** Complete block schemas, in the order that `rest` asks for. */
export async function readBlockSchemasWhere(tx: Transaction, rest: Sql): Promise<BlockSchema[]> {
  const chosen = await selectBlockSchemas(tx, rest)
  if (chosen.length === 0) return []
  const links = await selectLinks(
    tx,
    chosen.map(({ id }) => id),
  )
  const below = links.map((link) => link.reference_block_schema_id).filter((id) => !chosen.some((schema) => schema.id === id))
  const others = below.length === 0 ? [] : await selectBlockSchemas(tx, sql`WHERE ${sql.isIn(sql`id`, [...new Set(below)], 'uuid')}`)
  const rows = [...chosen, ...others]
  const types = await selectBlockTypesById(
    tx,
    rows.map((row) => row.block_type_id),
  )
  const known = new Map<Uuid, LinkedSchema>()
  for (const row of rows) known.set(row.id, { ...row, slug: types.get(row.block_type_id)?.slug ?? '' })
  return chosen.map((row) => ({
    ...row,
    fields: completeFields(row.id, known, links),
    block_type: types.get(row.block_type_id) ?? null,
  }))
}

/** The references of these block schemas, and of the schemas that are referred to, older schemas first. */
async function selectLinks(tx: Transaction, ids: readonly Uuid[]): Promise<SchemaLink[]> {
  return await tx.query<SchemaLink>(sql`
    WITH RECURSIVE link(id, name, parent_block_schema_id, reference_block_schema_id) AS (
      SELECT id, name, parent_block_schema_id, reference_block_schema_id FROM block_schema_reference
      WHERE ${sql.isIn(sql`parent_block_schema_id`, ids, 'uuid')}
      UNION
      SELECT block_schema_reference.id, block_schema_reference.name, block_schema_reference.parent_block_schema_id,
        block_schema_reference.reference_block_schema_id
      FROM block_schema_reference JOIN link ON block_schema_reference.parent_block_schema_id = link.reference_block_schema_id
    )
    SELECT link.name, link.parent_block_schema_id, link.reference_block_schema_id
    FROM link JOIN block_schema ON block_schema.id = link.reference_block_schema_id
    ORDER BY block_schema.created, block_schema.id, link.id`)
}

export async function readBlockSchema(tx: Transaction, id: Uuid): Promise<BlockSchema | undefined> {
  const [schema] = await readBlockSchemasWhere(tx, sql`WHERE id = ${id}`)
  return schema
}

/** The newest block schema with a checksum. */
export async function readBlockSchemaByChecksum(
  tx: Transaction,
  checksum: string,
  version: string | null,
): Promise<BlockSchema | undefined> {
  const ofVersion = version === null ? sql.empty : sql`AND version = ${version}`
  const [schema] = await readBlockSchemasWhere(tx, sql`WHERE checksum = ${checksum} ${ofVersion} ${newestFirst} LIMIT 1`)
  return schema
}
