/** What is done to a schema before values are checked: pydantic 1 wrote null, tuples and block references differently. */
import { isJsonObject, type Json, type JsonObject } from '../../values/json.ts'

export interface Preprocessing {
  /** Fields with a default may be null too. */
  allowNoneWithDefault?: boolean
}

/** The schema as Draft 2020-12 means it. */
export function preprocessSchema(schema: JsonObject, options: Preprocessing = {}): JsonObject {
  const processed = structuredCopy(schema)
  processProperties(processed, options)
  const { definitions } = processed
  if (!isJsonObject(definitions)) return processed
  for (const definition of Object.values(definitions)) {
    if (!isJsonObject(definition)) continue
    processProperties(definition, options)
    if ('block_type_slug' in definition && typeof definition.title === 'string') {
      definitions[definition.title] = { oneOf: [definition, blockReference()] }
    }
  }
  return processed
}

/** The schema without its `required`, at every depth but in lists. */
export function withoutRequired(schema: JsonObject): JsonObject {
  const kept = Object.entries(schema).filter(([key]) => key !== 'required')
  return Object.fromEntries(kept.map(([key, value]) => [key, isJsonObject(value) ? withoutRequired(value) : value]))
}

/** Containers are copied, numbers keep their spelling. */
function structuredCopy(schema: JsonObject): JsonObject {
  const copy = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(copy)
    return isJsonObject(value) ? structuredCopy(value) : value
  }
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, copy(value)]))
}

function processProperties({ properties, required }: JsonObject, options: Preprocessing): void {
  if (!isJsonObject(properties)) return
  for (const [key, property] of Object.entries(properties)) {
    if (!isJsonObject(property)) continue
    const mustBeThere = Array.isArray(required) && required.includes(key)
    const { type } = property
    if (!mustBeThere && type !== undefined && type !== 'null' && (options.allowNoneWithDefault || !('default' in property))) {
      property.anyOf = [{ type }, { type: 'null' }]
      delete property.type
    }
    if (Array.isArray(property.items) && property.items.length > 0 && isEmpty(property.prefixItems)) {
      property.prefixItems = property.items
      delete property.items
    }
    processProperties(property, options)
  }
}

const isEmpty = (value: Json | undefined): boolean => !value || (Array.isArray(value) && value.length === 0)

/** A block by its id, or by what finds it. */
function blockReference(): JsonObject {
  const found = { type: 'object', additionalProperties: { type: 'string' }, minProperties: 1 }
  return {
    type: 'object',
    properties: { $ref: { oneOf: [{ type: 'string', format: 'uuid' }, found] } },
    required: ['$ref'],
  }
}
