/** Where a `$ref` leads: into the schema itself or into the meta-schemas, never over the network. */
import applicator from 'ajv/dist/refs/json-schema-2020-12/meta/applicator.json' with { type: 'json' }
import content from 'ajv/dist/refs/json-schema-2020-12/meta/content.json' with { type: 'json' }
import core from 'ajv/dist/refs/json-schema-2020-12/meta/core.json' with { type: 'json' }
import formatAnnotation from 'ajv/dist/refs/json-schema-2020-12/meta/format-annotation.json' with { type: 'json' }
import metaData from 'ajv/dist/refs/json-schema-2020-12/meta/meta-data.json' with { type: 'json' }
import unevaluated from 'ajv/dist/refs/json-schema-2020-12/meta/unevaluated.json' with { type: 'json' }
import validation from 'ajv/dist/refs/json-schema-2020-12/meta/validation.json' with { type: 'json' }
import schema from 'ajv/dist/refs/json-schema-2020-12/schema.json' with { type: 'json' }
import { isJsonObject, type Json, type JsonObject } from '../../values/json.ts'
import { Unresolvable } from './issue.ts'
import { repr } from './values.ts'

/** A schema that references are resolved in. */
export interface Document {
  uri: string
  root: Json
}

const metaSchemaUri = 'https://json-schema.org/draft/2020-12/schema'

/** Draft 2020-12's own schema and its parts, by URI. */
const metaSchemas: ReadonlyMap<string, Json> = new Map(
  [schema, core, applicator, unevaluated, validation, metaData, formatAnnotation, content].map((each): [string, Json] => [each.$id, each]),
)

export const metaSchema: Document = { uri: metaSchemaUri, root: metaSchemas.get(metaSchemaUri) ?? true }

/** The document of a user's schema. */
export const documentOf = (root: JsonObject): Document => ({ uri: typeof root.$id === 'string' ? root.$id : '', root })

/** What the reference points to. */
export function lookUp(reference: string, from: Document): { document: Document; schema: Json } {
  // A dynamic reference of the meta-schema's parts means the whole meta-schema.
  if (reference === '#meta' && metaSchemas.has(from.uri)) return { document: metaSchema, schema: metaSchema.root }
  const hash = reference.indexOf('#')
  const [address, fragment] = hash < 0 ? [reference, ''] : [reference.slice(0, hash), reference.slice(hash + 1)]
  const document = documentAt(address, from, reference)
  if (fragment === '') return { document, schema: document.root }
  const place = decodeURIComponent(fragment)
  const found = place.startsWith('/') ? atPointer(document.root, place) : withAnchor(document.root, place)
  if (found !== undefined) return { document, schema: found }
  throw new Unresolvable(
    `${place.startsWith('/') ? 'PointerToNowhere' : 'NoSuchAnchor'}: ${repr(place)} does not exist within ${repr(document.root)}`,
  )
}

function documentAt(address: string, from: Document, reference: string): Document {
  if (address === '' || address === from.uri) return from
  const uri = URL.canParse(address, from.uri) ? new URL(address, from.uri).href : URL.canParse(address) ? new URL(address).href : address
  const root = metaSchemas.get(uri)
  if (root === undefined) throw new Unresolvable(`Unresolvable: ${reference}`)
  return { uri, root }
}

function atPointer(root: Json, pointer: string): Json | undefined {
  let value: Json | undefined = root
  for (const step of pointer.slice(1).split('/')) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(value)) value = value[Number(key)]
    else value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
  }
  return value
}

function withAnchor(schema: Json | undefined, name: string): Json | undefined {
  if (Array.isArray(schema)) return firstOf(schema, name)
  if (!isJsonObject(schema)) return undefined
  return schema.$anchor === name || schema.$dynamicAnchor === name ? schema : firstOf(Object.values(schema), name)
}

function firstOf(schemas: readonly Json[], name: string): Json | undefined {
  for (const schema of schemas) {
    const found = withAnchor(schema, name)
    if (found !== undefined) return found
  }
  return undefined
}
