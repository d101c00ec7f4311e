/**
 * Block schemas are stored in pieces: each block's own fields, and links between them. Clients get them whole, with
 * `block_schema_references` (which block is below which field) and `definitions` (their fields, by title).
 */
import { isJsonObject, type Json, type JsonObject } from '../../values/json.ts'
import type { Uuid } from '../../values/uuid.ts'

export interface LinkedSchema {
  id: Uuid
  checksum: string
  fields: JsonObject
  /** Of its block type. */
  slug: string
}

export interface SchemaLink {
  /** The field of the parent. */
  name: string
  parent_block_schema_id: Uuid
  reference_block_schema_id: Uuid
}

export function completeFields(id: Uuid, schemas: ReadonlyMap<Uuid, LinkedSchema>, links: readonly SchemaLink[]): JsonObject {
  const below = links.filter((link) => link.parent_block_schema_id === id)
  const own = schemas.get(id)?.fields ?? {}
  const fields: JsonObject = { ...own, block_schema_references: referencesOf(below, schemas) }
  const definitions = new Map<string, Json>(isJsonObject(own.definitions) ? Object.entries(own.definitions) : [])
  for (const child of inFieldOrder(below)) {
    const { definitions: inherited, ...childFields } = completeFields(child.reference_block_schema_id, schemas, links)
    if (typeof childFields.title !== 'string') continue
    definitions.set(childFields.title, childFields)
    for (const [name, definition] of Object.entries(isJsonObject(inherited) ? inherited : {})) definitions.set(name, definition)
  }
  if (definitions.size > 0) fields.definitions = Object.fromEntries(definitions)
  return fields
}

/** One reference as it is, several below one field as a list. */
function referencesOf(below: readonly SchemaLink[], schemas: ReadonlyMap<Uuid, LinkedSchema>): JsonObject {
  const byField = new Map<string, JsonObject[]>()
  for (const { name, reference_block_schema_id } of below) {
    const schema = schemas.get(reference_block_schema_id)
    if (schema === undefined) continue
    const references = byField.get(name) ?? []
    if (references.some((known) => known.block_schema_checksum === schema.checksum && known.block_type_slug === schema.slug)) continue
    byField.set(name, [...references, { block_schema_checksum: schema.checksum, block_type_slug: schema.slug }])
  }
  const shown = [...byField].map(([name, references]): [string, Json] => [
    name,
    references.length === 1 ? (references[0] ?? null) : references,
  ])
  return Object.fromEntries(shown)
}

function inFieldOrder(below: readonly SchemaLink[]): SchemaLink[] {
  const names = [...new Set(below.map((link) => link.name))]
  return names.flatMap((name) => below.filter((link) => link.name === name))
}
