import { createHash } from 'node:crypto'
import { isJsonObject, type Json, type JsonObject } from '../../values/json.ts'
import { canonicalJson } from './canonical-json.ts'

/** The checksum of a block schema: over its fields without secrets' names and without the definitions of other blocks. */
export function checksumOf(fields: JsonObject): string {
  const counted = withoutSecretFields(fields)
  if (isJsonObject(counted.definitions ?? null) && isFilled(counted.definitions)) {
    const kept = plainDefinitions(counted, counted.definitions)
    if (isFilled(kept)) counted.definitions = kept
    else delete counted.definitions
  }
  // The reference hashes the arguments of a call, so: a list with the fields and a call without keywords.
  return `sha256:${createHash('sha256')
    .update(canonicalJson([[counted], {}]))
    .digest('hex')}`
}

function withoutSecretFields(fields: JsonObject): JsonObject {
  const kept = Object.entries(fields).filter(([key]) => key !== 'secret_fields')
  return Object.fromEntries(kept.map(([key, value]): [string, Json] => [key, isJsonObject(value) ? withoutSecretFields(value) : value]))
}

/** The definitions that `object` refers to, directly or through them, and that are no blocks themselves. */
export function plainDefinitions(object: Json, definitions: Json | undefined, found: JsonObject = {}): JsonObject {
  if (!isJsonObject(definitions ?? null)) return found
  for (const name of referencedNames(object)) {
    const definition = member(definitions, name)
    if (!isJsonObject(definition) || !isFilled(definition) || Object.hasOwn(found, name)) continue
    if ((definition.block_type_slug ?? null) !== null) continue
    found[name] = definition
    plainDefinitions(definition, definitions, found)
  }
  return found
}

/** Names below `#/definitions/` that are referred to anywhere inside a value, in their order. */
export function referencedNames(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(referencedNames)
  if (!isJsonObject(value)) return []
  const own = typeof value.$ref === 'string' && value.$ref !== '' ? [value.$ref.replaceAll('#/definitions/', '')] : []
  return [...own, ...Object.values(value).flatMap(referencedNames)]
}

/** A member of what may be an object. */
export function member(value: Json | undefined, key: string): Json {
  return isJsonObject(value) && Object.hasOwn(value, key) ? (value[key] ?? null) : null
}

export const isFilled = (value: Json | undefined): boolean => isJsonObject(value) && Object.keys(value).length > 0
