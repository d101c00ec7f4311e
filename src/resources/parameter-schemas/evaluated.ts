/** Which items and properties a schema has looked at, for `unevaluatedItems` and `unevaluatedProperties`. */

import type { Hydrated, HydratedObject } from '../../events/hydration.ts'
import { isJsonObject, type Json, type JsonObject } from '../../values/json.ts'
import { matches } from './patterns.ts'
import { lookUp } from './references.ts'
import type { Walk } from './walk.ts'

export function evaluatedItems(instance: Hydrated[], schema: Json, walk: Walk): Set<number> {
  if (!isJsonObject(schema)) return new Set()
  if ('items' in schema) return new Set(instance.keys())
  const evaluated = new Set<number>()
  if (Array.isArray(schema.prefixItems)) for (const index of schema.prefixItems.keys()) evaluated.add(index)
  for (const each of [schema.contains, schema.unevaluatedItems]) {
    if (each !== undefined) for (const [index, item] of instance.entries()) if (walk.accepts(item, each)) evaluated.add(index)
  }
  for (const part of applicable(instance, schema, walk)) for (const index of evaluatedItems(instance, part, walk)) evaluated.add(index)
  return evaluated
}

export function evaluatedProperties(instance: HydratedObject, schema: Json, walk: Walk): Set<string> {
  if (!isJsonObject(schema)) return new Set()
  const { properties, patternProperties, dependentSchemas } = schema
  const patterns = isJsonObject(patternProperties) ? Object.keys(patternProperties) : []
  const others = [schema.additionalProperties, schema.unevaluatedProperties].filter((each) => each !== undefined && each !== null)
  const isEvaluated = (key: string): boolean =>
    (isJsonObject(properties) && Object.hasOwn(properties, key)) ||
    patterns.some((pattern) => matches(pattern, key)) ||
    others.some((each) => walk.accepts(instance[key] ?? null, each))
  const evaluated = new Set(Object.keys(instance).filter(isEvaluated))
  const dependent = isJsonObject(dependentSchemas) ? Object.entries(dependentSchemas).filter(([key]) => Object.hasOwn(instance, key)) : []
  const parts = [...applicable(instance, schema, walk), ...dependent.map(([, part]) => part)]
  for (const part of parts) for (const key of evaluatedProperties(instance, part, walk)) evaluated.add(key)
  return evaluated
}

/** The schemas that speak of the same value: referred to, and those of the alternatives and conditions that hold. */
function applicable(instance: Hydrated, schema: JsonObject, walk: Walk): Json[] {
  const referred = [schema.$ref, schema.$dynamicRef].flatMap((reference) =>
    typeof reference === 'string' ? [lookUp(reference, walk.document).schema] : [],
  )
  const listed = [schema.allOf, schema.oneOf, schema.anyOf].flatMap((schemas) => (Array.isArray(schemas) ? schemas : []))
  const valid = listed.filter((each) => walk.accepts(instance, each))
  if (schema.if === undefined) return [...referred, ...valid]
  const holds = walk.accepts(instance, schema.if)
  const branch = holds ? schema.then : schema.else
  return [...referred, ...valid, ...(holds ? [schema.if] : []), ...(branch === undefined ? [] : [branch])]
}
