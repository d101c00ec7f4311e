import { isJsonObject, type JsonObject } from '../../values/json.ts'
import { schemaProblem, validateValues } from '../parameter-schemas/validation.ts'

/**
 * Whether a new deployment's parameters are what its own schema asks for, in the words of the oldest of the reference's
 * checks: it takes the schema as it is, without what pydantic 1 wrote differently.
 */
export function conformanceProblem({ parameters = {}, parameter_openapi_schema: schema = null }: JsonObject): string | null {
  if (!isJsonObject(schema)) return null
  const wrong = schemaProblem(schema)
  if (wrong !== null) return `The provided schema is not a valid json schema. Schema error: ${wrong}`
  return isJsonObject(parameters) ? validateValues(parameters, schema, { preprocessed: true, ignoreRequired: true }) : null
}
