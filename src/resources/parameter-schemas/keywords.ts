/** JSON Schema's keywords (Draft 2020-12) with the messages of Python's jsonschema, which clients of the reference see. */

import { type Hydrated, type HydratedObject, isHydratedObject } from '../../events/hydration.ts'
import { isJsonObject, type Json, type JsonObject, toNumber } from '../../values/json.ts'
import { evaluatedItems, evaluatedProperties } from './evaluated.ts'
import { formatProblem } from './formats.ts'
import type { Problem } from './issue.ts'
import { matches } from './patterns.ts'
import { areEqual, hasType, isNumber, lengthOf, repr } from './values.ts'
import type { Walk } from './walk.ts'

export type Keyword = (instance: Hydrated, operand: Json, walk: Walk, schema: JsonObject) => Problem[]

type Size = { what: 'array' | 'string' | 'object'; of(value: Hydrated): number | undefined }

const items: Size = { what: 'array', of: (value) => (Array.isArray(value) ? value.length : undefined) }
const characters: Size = { what: 'string', of: (value) => (typeof value === 'string' ? lengthOf(value) : undefined) }
const members: Size = { what: 'object', of: (value) => (isHydratedObject(value) ? Object.keys(value).length : undefined) }

const says = (wrong: boolean, message: () => string): Problem[] => (wrong ? [{ message: message() }] : [])

const atLeast =
  (size: Size, few: string): Keyword =>
  (instance, limit) =>
    says(
      (size.of(instance) ?? Number.POSITIVE_INFINITY) < numberOf(limit),
      () => `${repr(instance)} ${numberOf(limit) === 1 ? 'should be non-empty' : few}`,
    )

const atMost =
  (size: Size, many: string): Keyword =>
  (instance, limit) =>
    says((size.of(instance) ?? 0) > numberOf(limit), () => `${repr(instance)} ${numberOf(limit) === 0 ? 'is expected to be empty' : many}`)

const compared =
  (isWrong: (value: number, limit: number) => boolean, relation: string): Keyword =>
  (instance, limit) =>
    says(isNumber(instance) && isWrong(toNumber(instance), numberOf(limit)), () => `${repr(instance)} is ${relation} of ${repr(limit)}`)

const numberOf = (value: Json | undefined): number => (isNumber(value) ? toNumber(value) : Number.NaN)
const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])
const entriesOf = (value: Json | undefined): [string, Json][] => (isJsonObject(value) ? Object.entries(value) : [])
const has = (value: HydratedObject, key: Json): boolean => typeof key === 'string' && Object.hasOwn(value, key)

const forObjects =
  (check: (instance: HydratedObject, ...rest: Tail<Parameters<Keyword>>) => Problem[]): Keyword =>
  (instance, ...rest) =>
    isHydratedObject(instance) ? check(instance, ...rest) : []

const forArrays =
  (check: (instance: Hydrated[], ...rest: Tail<Parameters<Keyword>>) => Problem[]): Keyword =>
  (instance, ...rest) =>
    Array.isArray(instance) ? check(instance, ...rest) : []

type Tail<List extends unknown[]> = List extends [unknown, ...infer Rest] ? Rest : never

const follow: Keyword = (instance, reference, walk) => (typeof reference === 'string' ? walk.followed(instance, reference) : [])

export const keywords: Record<string, Keyword> = {
  $ref: follow,
  $dynamicRef: follow,
  type: (instance, operand) => {
    const types = Array.isArray(operand) ? operand : [operand]
    return says(!types.some((type) => hasType(instance, type)), () => `${repr(instance)} is not of type ${types.map(repr).join(', ')}`)
  },
  enum: (instance, values) =>
    says(!listOf(values).some((value) => areEqual(value, instance)), () => `${repr(instance)} is not one of ${repr(values)}`),
  const: (instance, value) => says(!areEqual(instance, value), () => `${repr(value)} was expected`),

  minimum: compared((value, limit) => value < limit, 'less than the minimum'),
  maximum: compared((value, limit) => value > limit, 'greater than the maximum'),
  exclusiveMinimum: compared((value, limit) => value <= limit, 'less than or equal to the minimum'),
  exclusiveMaximum: compared((value, limit) => value >= limit, 'greater than or equal to the maximum'),
  multipleOf: (instance, divisor) =>
    says(
      isNumber(instance) && !Number.isInteger(toNumber(instance) / numberOf(divisor)),
      () => `${repr(instance)} is not a multiple of ${repr(divisor)}`,
    ),

  minLength: atLeast(characters, 'is too short'),
  maxLength: atMost(characters, 'is too long'),
  pattern: (instance, pattern) =>
    says(
      typeof instance === 'string' && typeof pattern === 'string' && !matches(pattern, instance),
      () => `${repr(instance)} does not match ${repr(pattern)}`,
    ),
  format: (instance, format, walk) => {
    const wrong = walk.checksFormats && typeof instance === 'string' && typeof format === 'string' && formatProblem(format, instance)
    return says(wrong, () => `${repr(instance)} is not a ${repr(format)}`)
  },

  minItems: atLeast(items, 'is too short'),
  maxItems: atMost(items, 'is too long'),
  uniqueItems: forArrays((instance, unique) =>
    says(
      unique === true && instance.some((item, index) => instance.slice(0, index).some((earlier) => areEqual(item, earlier))),
      () => `${repr(instance)} has non-unique elements`,
    ),
  ),
  prefixItems: forArrays((instance, schemas, walk) =>
    listOf(schemas).flatMap((schema, index) => (index < instance.length ? walk.issues(instance[index] ?? null, schema, index) : [])),
  ),
  items: forArrays((instance, schema, walk, { prefixItems }) => {
    const prefix = listOf(prefixItems).length
    const rest = instance.slice(prefix)
    if (rest.length === 0) return []
    if (schema !== false) return rest.flatMap((item, index) => walk.issues(item, schema, prefix + index))
    const extra = rest.length === 1 ? (rest[0] ?? null) : rest
    return [{ message: `Expected at most ${prefix} ${prefix === 1 ? 'item' : 'items'} but found ${rest.length} extra: ${repr(extra)}` }]
  }),
  contains: forArrays((instance, schema, walk, { minContains = 1, maxContains = instance.length }) => {
    const found = instance.filter((item) => walk.accepts(item, schema)).length
    if (found > numberOf(maxContains)) {
      return [{ message: `Too many items match the given schema (expected at most ${repr(maxContains)})`, keyword: 'maxContains' }]
    }
    if (found >= numberOf(minContains)) return []
    if (found === 0) return [{ message: `${repr(instance)} does not contain items matching the given schema` }]
    const message = `Too few items match the given schema (expected at least ${repr(minContains)} but only ${found} matched)`
    return [{ message, keyword: 'minContains' }]
  }),
  unevaluatedItems: forArrays((instance, _schema, walk, schema) => {
    const evaluated = evaluatedItems(instance, schema, walk)
    const extra = instance.filter((_, index) => !evaluated.has(index))
    return says(extra.length > 0, () => `Unevaluated items are not allowed (${unexpected(extra)} unexpected)`)
  }),

  minProperties: atLeast(members, 'does not have enough properties'),
  maxProperties: atMost(members, 'has too many properties'),
  required: forObjects((instance, required) =>
    listOf(required).flatMap((key) => says(!has(instance, key), () => `${repr(key)} is a required property`)),
  ),
  properties: forObjects((instance, properties, walk) =>
    entriesOf(properties).flatMap(([key, schema]) => (has(instance, key) ? walk.issues(instance[key] ?? null, schema, key) : [])),
  ),
  patternProperties: forObjects((instance, patterns, walk) =>
    entriesOf(patterns).flatMap(([pattern, schema]) =>
      Object.entries(instance).flatMap(([key, value]) => (matches(pattern, key) ? walk.issues(value, schema, key) : [])),
    ),
  ),
  propertyNames: forObjects((instance, schema, walk) => Object.keys(instance).flatMap((key) => walk.issues(key, schema))),
  additionalProperties: forObjects((instance, additional, walk, schema) => {
    const extra = additionalKeys(instance, schema)
    if (isJsonObject(additional)) return extra.flatMap((key) => walk.issues(instance[key] ?? null, additional, key))
    if (additional !== false || extra.length === 0) return []
    const sorted = extra.toSorted(byCodePoints)
    if (!('patternProperties' in schema)) return [{ message: `Additional properties are not allowed (${unexpected(sorted)} unexpected)` }]
    const patterns = entriesOf(schema.patternProperties)
      .map(([pattern]) => pattern)
      .toSorted(byCodePoints)
    const verb = extra.length === 1 ? 'does' : 'do'
    return [{ message: `${sorted.map(repr).join(', ')} ${verb} not match any of the regexes: ${patterns.map(repr).join(', ')}` }]
  }),
  unevaluatedProperties: forObjects((instance, unevaluated, walk, schema) => {
    const evaluated = evaluatedProperties(instance, schema, walk)
    const extra = Object.keys(instance).filter((key) => !evaluated.has(key) && !walk.accepts(instance[key] ?? null, unevaluated))
    if (extra.length === 0) return []
    if (unevaluated === false)
      return [{ message: `Unevaluated properties are not allowed (${unexpected(extra.toSorted(byCodePoints))} unexpected)` }]
    return [{ message: `Unevaluated properties are not valid under the given schema (${unexpected(extra)} unevaluated and invalid)` }]
  }),
  dependentRequired: forObjects((instance, dependencies) =>
    entriesOf(dependencies).flatMap(([key, needed]) =>
      has(instance, key)
        ? listOf(needed).flatMap((each) => says(!has(instance, each), () => `${repr(each)} is a dependency of ${repr(key)}`))
        : [],
    ),
  ),
  dependentSchemas: forObjects((instance, dependencies, walk) =>
    entriesOf(dependencies).flatMap(([key, schema]) => (has(instance, key) ? walk.issues(instance, schema) : [])),
  ),

  allOf: (instance, schemas, walk) => listOf(schemas).flatMap((schema) => walk.issues(instance, schema)),
  anyOf: (instance, schemas, walk) => alternatives(instance, listOf(schemas), walk).problems,
  oneOf: (instance, schemas, walk) => {
    const { problems, valid } = alternatives(instance, listOf(schemas), walk)
    const first = valid[0]
    if (first === undefined || valid.length === 1) return problems
    return [{ message: `${repr(instance)} is valid under each of ${[...valid.slice(1), first].map(repr).join(', ')}` }]
  },
  not: (instance, schema, walk) =>
    says(walk.accepts(instance, schema), () => `${repr(instance)} should not be valid under ${repr(schema)}`),
  if: (instance, condition, walk, schema) => {
    const branch = walk.accepts(instance, condition) ? schema.then : schema.else
    return branch === undefined ? [] : walk.issues(instance, branch)
  },
}

function alternatives(instance: Hydrated, schemas: Json[], walk: Walk): { problems: Problem[]; valid: Json[] } {
  const outcomes = schemas.map((schema) => ({ schema, issues: walk.issues(instance, schema) }))
  const valid = outcomes.filter(({ issues }) => issues.length === 0).map(({ schema }) => schema)
  if (valid.length > 0) return { problems: [], valid }
  const context = outcomes.flatMap(({ issues }) => issues)
  return { problems: [{ message: `${repr(instance)} is not valid under any of the given schemas`, context }], valid }
}

/** Keys that neither `properties` nor `patternProperties` speak of. */
function additionalKeys(instance: HydratedObject, { properties, patternProperties }: JsonObject): string[] {
  const patterns = entriesOf(patternProperties).map(([pattern]) => pattern)
  return Object.keys(instance).filter(
    (key) => !(isJsonObject(properties) && Object.hasOwn(properties, key)) && !patterns.some((pattern) => matches(pattern, key)),
  )
}

const unexpected = (extra: Hydrated[]): string => `${extra.map(repr).join(', ')} ${extra.length === 1 ? 'was' : 'were'}`

function byCodePoints(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other))
}
