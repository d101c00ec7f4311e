import * as s from '../../schema/index.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../values/json.ts'

/** The first message of a stream of events or logs: `{"type": "filter", "filter": …}`. */
export function readFilterMessage<Filter>(
  text: string,
  schema: s.Schema<Filter>,
): { filter: Filter; message: JsonObject } | { problem: string } {
  const message = parseJson(text)
  if (!isJsonObject(message) || message.type !== 'filter') return { problem: "Expected 'filter' message" }
  try {
    return { filter: s.validate(schema, message.filter ?? null, []), message }
  } catch (error) {
    if (error instanceof s.InvalidInput) return { problem: `Invalid filter: ${error.message}` }
    throw error
  }
}
