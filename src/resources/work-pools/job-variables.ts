/**
 * Job variables against the schema in a work pool's template: its defaults first, then the overrides of deployments and runs,
 * the later before the earlier. A default may be a block document, by reference: then its data counts.
 */
import * as s from '../../schema/index.ts'
import { isJsonObject, type Json, type JsonObject } from '../../values/json.ts'
import { Remembered } from '../../values/remembered.ts'
import type { Uuid } from '../../values/uuid.ts'
import { readBlockDocument } from '../block-documents/read.ts'
import type { Context } from '../context.ts'
import { httpError, notFound } from '../errors.ts'
import { checkSchema, collectIssues, UnusableSchema, validateValues } from '../parameter-schemas/validation.ts'

export interface JobVariablesOptions {
  /** Absent variables are no problem: somebody may still give them. */
  ignoreRequired: boolean
  /** Defaults that do not fit are left out; then absent variables are no problem either. */
  ignoreInvalidDefaults?: boolean
}

/**
 * What is wrong with the variables, as `Validation failed …`, or null. A schema that is none is a 422 of its own, a reference
 * to a block that does not exist a 404.
 */
export async function jobVariablesProblem(
  context: Pick<Context, 'tx' | 'settings'>,
  template: JsonObject,
  overrides: readonly (JsonObject | null)[],
  options: JobVariablesOptions,
): Promise<string | null> {
  const { variables: schema } = template
  if (!isJsonObject(schema) || Object.keys(schema).length === 0) return null
  const wrong = checkSchema(schema)
  if (wrong !== null) throw httpError(422, wrong)
  try {
    const defaults = await readDefaults(context, schema)
    const asked = JSON.stringify([schema, defaults, overrides, options])
    return problems.get(asked, () => problemOf(schema, defaults, overrides, options))
  } catch (error) {
    if (error instanceof UnusableSchema) throw httpError(422, error.message)
    throw error
  }
}

const problems = new Remembered<string | null>()

function problemOf(
  schema: JsonObject,
  defaults: JsonObject,
  overrides: readonly (JsonObject | null)[],
  { ignoreRequired, ignoreInvalidDefaults = false }: JobVariablesOptions,
): string | null {
  const unfit = ignoreInvalidDefaults ? unfitDefaults(defaults, schema) : new Set()
  const values = Object.fromEntries(Object.entries(defaults).filter(([name]) => !unfit.has(name)))
  const all = Object.assign(values, ...overrides)
  return validateValues(all, schema, { ignoreRequired: ignoreRequired || unfit.size > 0, allowNoneWithDefault: true })
}

async function readDefaults(context: Pick<Context, 'tx' | 'settings'>, { properties }: JsonObject): Promise<JsonObject> {
  const defaults: JsonObject = {}
  if (!isJsonObject(properties)) return defaults
  for (const [name, property] of Object.entries(properties)) {
    if (!isJsonObject(property) || property.default === undefined) continue
    const value = await readDefault(context, property.default)
    if (value !== undefined) Object.defineProperty(defaults, name, { value, enumerable: true, configurable: true, writable: true })
  }
  return defaults
}

/** The default, or the data of the block that it refers to; undefined when it refers to none. */
async function readDefault(context: Pick<Context, 'tx' | 'settings'>, value: Json): Promise<Json | undefined> {
  if (!isJsonObject(value) || !('$ref' in value)) return value
  const { block_document_id: id = null } = isJsonObject(value.$ref) ? value.$ref : {}
  if (id === null) return undefined
  const known = uuidOf(id)
  const document = known === null ? undefined : await readBlockDocument(context, known)
  if (document === undefined) throw notFound('Block not found.')
  return document.data
}

function uuidOf(value: Json): Uuid | null {
  try {
    return s.validate(s.uuid(), value, [])
  } catch (error) {
    if (error instanceof s.InvalidInput) return null
    throw error
  }
}

function unfitDefaults(defaults: JsonObject, schema: JsonObject): Set<string> {
  const options = { preprocessed: true, ignoreRequired: true }
  const unfit = Object.entries(defaults).filter(([name, value]) => collectIssues({ [name]: value }, schema, options).length > 0)
  return new Set(unfit.map(([name]) => name))
}
