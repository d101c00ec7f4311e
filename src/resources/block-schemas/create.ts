import { sql } from '../../storage/sql.ts'
import { insertInto } from '../../storage/statements.ts'
import { isJsonObject, type Json, type JsonObject } from '../../values/json.ts'
import { pythonRepr } from '../../values/python-text.ts'
import { type Uuid, uuid7 } from '../../values/uuid.ts'
import { type BlockTypeRow, selectBlockType } from '../block-types/queries.ts'
import type { Context } from '../context.ts'
import { httpError, integrityConflict } from '../errors.ts'
import { checksumOf, isFilled, member, plainDefinitions, referencedNames } from './checksum.ts'
import { type BlockSchema, type BlockSchemaRow, readBlockSchemaByChecksum, selectBlockSchemas } from './queries.ts'

export interface NewBlockSchema {
  fields: JsonObject
  block_type_id: Uuid
  capabilities: string[]
  version: string
}

/** A block schema that is below another one has the root's definitions. */
export interface Nesting {
  definitions: Json
}

/**
 * Stores a block schema, and those below it that are not there yet. `isNew` is false when one with the same checksum and
 * version exists: that one is given.
 */
export async function createBlockSchema(
  context: Context,
  wanted: NewBlockSchema,
  type: BlockTypeRow,
  nesting?: Nesting,
): Promise<{ schema: BlockSchema; isNew: boolean }> {
  const { tx, now } = context
  const { block_schema_references: references = {}, ...own } = wanted.fields
  const definitions = nesting !== undefined && isFilled(nesting.definitions) ? nesting.definitions : own.definitions
  const counted = isFilled(definitions) ? { ...wanted.fields, definitions: definitions ?? null } : wanted.fields
  const checksum = checksumOf(counted)
  const existing = await readBlockSchemaByChecksum(tx, checksum, wanted.version)
  if (existing !== undefined) return { schema: existing, isNew: false }

  const row: BlockSchemaRow = { ...wanted, id: uuid7(), created: now, updated: now, checksum, fields: stored(own, counted, definitions) }
  if ((await tx.execute(insertInto('block_schema', { ...row }, { onConflict: 'nothing' }))) === 0) {
    const other = await readBlockSchemaByChecksum(tx, checksum, wanted.version)
    if (other === undefined) throw integrityConflict()
    return { schema: other, isNew: false }
  }
  for (const [field, below] of Object.entries(isJsonObject(references) ? references : {})) {
    for (const reference of Array.isArray(below) ? below : [below]) {
      const id = await referencedSchema(context, reference, field, row.fields, definitions)
      await linkSchemas(context, row.id, id, field)
    }
  }
  const fields: JsonObject = { ...row.fields, block_schema_references: references }
  if (definitions !== undefined && definitions !== null) fields.definitions = definitions
  return { schema: { ...row, fields, block_type: type }, isNew: true }
}

/** Fields as they are stored: the definitions of blocks are put together again when the schema is read. */
function stored(own: JsonObject, whole: JsonObject, definitions: Json | undefined): JsonObject {
  if (!isFilled(definitions)) return own
  const { definitions: _, ...rest } = own
  const kept = plainDefinitions(whole, definitions)
  return isFilled(kept) ? { ...rest, definitions: kept } : rest
}

/** The id of a block schema that is referred to; made from the definitions when it is not there. */
async function referencedSchema(
  context: Context,
  reference: Json,
  field: string,
  parent: JsonObject,
  definitions: Json | undefined,
): Promise<Uuid> {
  const { tx } = context
  const [slug, checksum] = [member(reference, 'block_type_slug'), member(reference, 'block_schema_checksum')]
  if (typeof slug !== 'string' || typeof checksum !== 'string') {
    throw httpError(422, `The block schema reference ${pythonRepr(field)} needs a block_type_slug and a block_schema_checksum.`)
  }
  const type = await selectBlockType(tx, 'slug', slug)
  if (type === undefined) {
    throw httpError(
      409,
      `Cannot create block schema because block type ${pythonRepr(slug)} was not found.Did you forget to register the block type?`,
    )
  }
  const [known] = await selectBlockSchemas(tx, sql`WHERE checksum = ${checksum} ORDER BY created DESC, id DESC LIMIT 1`)
  if (known !== undefined) return known.id
  if (definitions === undefined || definitions === null) {
    throw httpError(422, 'Unable to create nested block schema due to missing definitions in root block schema fields')
  }
  const fields = definitionOf(type, member(parent.properties, field), definitions)
  if (!isJsonObject(fields)) {
    throw httpError(422, `Unable to create nested block schema for block type ${pythonRepr(type.name)} due to missing definition.`)
  }
  const wanted = { fields, block_type_id: type.id, capabilities: [], version: 'non-versioned' }
  return (await createBlockSchema(context, wanted, type, { definitions })).schema.id
}

/** The fields of a block below `property`; where several blocks may be there, those of the given type. */
function definitionOf(type: BlockTypeRow, property: Json, definitions: Json): Json {
  const names = referencedNames(property)
  const [only] = names
  if (only !== undefined && names.length === 1) return member(definitions, only)
  const name = names.find((each) => member(member(definitions, each), 'block_type_slug') === type.slug)
  return name === undefined ? null : member(definitions, name)
}

async function linkSchemas({ tx, now }: Context, parent: Uuid, reference: Uuid, name: string): Promise<void> {
  const link = { name, parent_block_schema_id: parent, reference_block_schema_id: reference }
  const [known] = await tx.query(sql`
    SELECT id FROM block_schema_reference
    WHERE name = ${name} AND parent_block_schema_id = ${parent} AND reference_block_schema_id = ${reference}`)
  if (known === undefined) await tx.execute(insertInto('block_schema_reference', { created: now, updated: now, ...link }))
}
