/**
 * Whether values are what a schema asks for, in the reference's words. Pure.
 *
 *   checkSchema(schema)           what is wrong with the schema itself, or null
 *   validateValues(values, …)     the best description of what is wrong with the values, or null
 *   collectIssues(values, …)      everything that is wrong; `errorTree` shows it as the UI wants it
 *
 * A schema that cannot be used, because it is none or turns in circles, throws UnusableSchema; its message is for the client.
 */

import type { Hydrated, HydratedObject } from '../../events/hydration.ts'
import type { JsonObject } from '../../values/json.ts'
import { Remembered } from '../../values/remembered.ts'
import { bestMatch } from './best-match.ts'
import { type Issue, Unresolvable, UnusableSchema } from './issue.ts'
import { type Preprocessing, preprocessSchema, withoutRequired } from './preprocess.ts'
import { documentOf, metaSchema } from './references.ts'
import { repr } from './values.ts'
import { Walk } from './walk.ts'

export { UnusableSchema } from './issue.ts'

export interface ValidationOptions extends Preprocessing {
  /** Absent values are no issue. */
  ignoreRequired?: boolean
  /** The schema was preprocessed already. */
  preprocessed?: boolean
}

/** What is wrong with the schema itself: the first issue, as `Invalid schema: …`. */
export function checkSchema(schema: JsonObject): string | null {
  const problem = schemaProblem(schema)
  return problem === null ? null : `Invalid schema: ${problem}`
}

const schemaProblems = new Remembered<string | null>()

/** The first issue of the schema itself. */
export function schemaProblem(schema: JsonObject): string | null {
  return schemaProblems.get(JSON.stringify(schema), () => {
    const [issue] = new Walk(metaSchema, true).issues(schema, metaSchema.root)
    return issue === undefined ? null : issue.message
  })
}

/** The issue that says most, as `Validation failed …`. */
export function validateValues(values: HydratedObject, schema: JsonObject, options: ValidationOptions = {}): string | null {
  const prepared = prepare(schema, options)
  const wrong = checkSchema(prepared)
  if (wrong !== null) throw new UnusableSchema(wrong)
  try {
    const best = bestMatch(new Walk(documentOf(prepared), false).issues(values, prepared))
    if (best === null) return null
    const place = jsonPath(best.path)
    const head = place === '$' ? 'Validation failed.' : `Validation failed for field ${repr(place.replaceAll('$.', ''))}.`
    return `${head} Failure reason: ${best.message}`
  } catch (error) {
    if (error instanceof Unresolvable) return `Validation failed. Failure reason: ${error.message}`
    throw error
  }
}

/** All issues. A `$ref` that leads nowhere makes the schema unusable. */
export function collectIssues(values: Hydrated, schema: JsonObject, options: ValidationOptions = {}): Issue[] {
  const prepared = prepare(schema, options)
  try {
    return new Walk(documentOf(prepared), true).issues(values, prepared)
  } catch (error) {
    if (error instanceof Unresolvable) throw new UnusableSchema(`Invalid schema: Validation failed. Failure reason: ${error.message}`)
    throw error
  }
}

function prepare(schema: JsonObject, options: ValidationOptions): JsonObject {
  const processed = options.preprocessed ? schema : preprocessSchema(schema, options)
  return options.ignoreRequired ? withoutRequired(processed) : processed
}

function jsonPath(path: readonly (string | number)[]): string {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`
    return /^[a-zA-Z][a-zA-Z0-9_]*$/.test(step) ? `.${step}` : `['${step.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`
  })
  return `$${steps.join('')}`
}
