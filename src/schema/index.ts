/**
 * The schema layer: what comes in and goes out, with pydantic's semantics (coercions, defaults, error types, messages and
 * places), and the JSON Schema that the OpenAPI document is made of. Schemas are the single source of types.
 */
export { any, dict, isRecord, type Lengths, list, sequence, set, tuple } from './containers.ts'
export { after, alias, before, check, lazy, nullable, optional, ValueError } from './functions.ts'
export { Description, type JsonSchema, jsonSchema, type Mode, settleNames, titleOf } from './json-schema.ts'
export { type Fields, isModelValue, type Model, type ModelOptions, model, onlySent, root, type Shape, sentFields } from './model.ts'
export { type Bounds, boolean, integer, number, strictBoolean, strictInteger, strictNumber } from './numbers.ts'
export {
  collect,
  type Infer,
  type Invalid,
  InvalidInput,
  invalid,
  Reading,
  type Schema,
  type ValidationIssue,
  validate,
} from './reading.ts'
export {
  isJsonContent,
  type Parameters,
  parameters,
  query,
  type RequestParts,
  type RequestSchemas,
  readBody,
  readQuery,
  readRequest,
  UnreadableBody,
} from './request.ts'
export { enumeration, literal, type StringOptions, string, uuid } from './text.ts'
export { datetime, plainDatetime, timedelta } from './times.ts'
export { tagged, union } from './unions.ts'
