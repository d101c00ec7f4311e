/** Whether values are what a schema asks for, as forms of the UI want to know it. */

import { hydrateWithPlaceholders } from '../../events/hydration.ts'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import type { Context } from '../context.ts'
import { httpError } from '../errors.ts'
import { unrenderedContext } from '../parameter-schemas/context.ts'
import { errorTree } from '../parameter-schemas/error-tree.ts'
import { preprocessSchema } from '../parameter-schemas/preprocess.ts'
import { checkSchema, collectIssues, UnusableSchema } from '../parameter-schemas/validation.ts'
import { ok, type Reply, type Request } from '../route.ts'

export const SchemaAndValues = s.parameters({ schema: s.dict(), values: s.dict() })

export async function validateObject({ tx }: Context, { body }: Request<Infer<typeof SchemaAndValues>>): Promise<Reply> {
  const schema = preprocessSchema(body.schema)
  const problem = checkSchema(schema)
  if (problem !== null) throw httpError(422, problem)
  const values = hydrateWithPlaceholders(body.values, await unrenderedContext(tx))
  try {
    return ok(errorTree(collectIssues(values, schema, { preprocessed: true })))
  } catch (error) {
    if (error instanceof UnusableSchema) throw httpError(422, error.message)
    throw error
  }
}
