/** Parameters of deployments and of their runs: hydrated, and checked against the deployment's schema. */

import { type HydrationContext, hydrate } from '../../events/hydration.ts'
import type { Transaction } from '../../storage/database.ts'
import { isJsonObject, type Json, type JsonObject } from '../../values/json.ts'
import { hydrationContext } from '../parameter-schemas/context.ts'
import { UnusableSchema, validateValues } from '../parameter-schemas/validation.ts'

/** What hydrating these parameters takes; null when there is nothing to hydrate, which spares reading all variables. */
export async function contextFor(tx: Transaction, parameters: readonly JsonObject[]): Promise<HydrationContext | null> {
  const some = parameters.some((each) => JSON.stringify(each).includes('"__prefect_kind"'))
  return some ? await hydrationContext(tx) : null
}

/** The parameters with values in the place of what stands for them. Throws HydrationError. */
export function hydrated(parameters: JsonObject, context: HydrationContext | null): JsonObject {
  return context === null ? parameters : hydrate(parameters, context)
}

/** What is wrong with the parameters; `unenforceable` when the deployment has no schema, `schema` when it is of no use. */
export interface ParametersProblem {
  kind: 'unenforceable' | 'schema' | 'parameters'
  message: string
}

/** What the schema has against the parameters, or null. */
export function parametersProblem(parameters: JsonObject, schema: Json, options: { ignoreRequired: boolean }): ParametersProblem | null {
  if (!isJsonObject(schema)) return { kind: 'unenforceable', message: unenforceable }
  try {
    const message = validateValues(parameters, schema, options)
    return message === null ? null : { kind: 'parameters', message }
  } catch (error) {
    if (error instanceof UnusableSchema) return { kind: 'schema', message: error.message }
    throw error
  }
}

const unenforceable =
  'Error updating deployment: Cannot update parameters because parameter schema enforcement is enabled and the deployment' +
  ' does not have a valid parameter schema.'
