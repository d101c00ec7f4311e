/** What FastAPI makes of the parts of a request: bodies, bodies of several parameters, queries. */
import { isUtf8 } from 'node:buffer'
import type { Json } from '../values/json.ts'
import { isRecord, missing, setOwn } from './containers.ts'
import { type Fields, fieldsOf, type Shape } from './model.ts'
import { JsonProblem, JsonTooComplex, parsePythonJson } from './python-json.ts'
import { collect, type Invalid, InvalidInput, invalid, type Reading, type Schema, type ValidationIssue } from './reading.ts'

/** A body whose keys are parameters of the handler. */
export interface Parameters<S extends Shape> extends Schema<Fields<S>> {
  readonly parameters: S
}

/**
 * A body of several parameters: null is as good as absent, unknown keys are ignored, and no body at all is fine when nothing
 * is required.
 */
export function parameters<S extends Shape>(shape: S): Parameters<S> {
  const fields = fieldsOf(shape)

  function read(input: Json | undefined, reading: Reading): Record<string, unknown> | Invalid {
    const values: Record<string, unknown> = {}
    let valid = true
    const body = input ?? {}
    for (const { name, key, schema } of fields) {
      const value = isRecord(body) ? readParameter(key, schema, body[key], reading) : missing(key, null, reading)
      if (value === invalid) valid = false
      else values[name] = value
    }
    return valid ? values : invalid
  }

  return {
    parameters: shape,
    label: () => 'parameters',
    hasOwnTitle: () => true,
    // The values were read by the schemas of the shape, one by one: that is its type.
    read: read as Parameters<S>['read'],
    describe(description) {
      const required = fields.filter((field) => field.schema.fallback === undefined).map((field) => field.key)
      return {
        type: 'object',
        properties: Object.fromEntries(fields.map(({ key, schema }) => [key, description.parameter(key, schema)])),
        ...(required.length === 0 ? {} : { required }),
      }
    },
  }
}

function readParameter(key: string, schema: Schema<unknown>, given: Json | undefined, reading: Reading): unknown {
  if (given === undefined || given === null) return schema.fallback === undefined ? missing(key, null, reading) : schema.fallback.make()
  const mark = reading.issues.length
  const value = schema.read(given, reading)
  return value === invalid ? reading.within(key, mark) : value
}

/** A query string. Values arrive as text; the last one counts unless the schema is a list. */
export function query<S extends Shape>(shape: S): Parameters<S> {
  const inner = parameters(shape)
  const many = new Set(Object.entries(shape).flatMap(([name, schema]) => (schema.takesMany === true ? [schema.alias ?? name] : [])))
  return {
    ...inner,
    read(input, reading) {
      if (!isRecord(input)) return inner.read(input, reading)
      const chosen: { [key: string]: Json } = {}
      for (const [key, value] of Object.entries(input)) {
        const last = Array.isArray(value) && !many.has(key) ? value.at(-1) : value
        if (last !== undefined) setOwn(chosen, key, last)
      }
      return inner.read(chosen, reading)
    },
  }
}

/** The body cannot be read at all: becomes a 400. */
export class UnreadableBody extends Error {
  constructor() {
    super('There was an error parsing the body')
    this.name = 'UnreadableBody'
  }
}

export interface RequestParts {
  /** What follows the question mark. */
  query: string
  body: Uint8Array | string | undefined
  /** Whether the content type is JSON; the reference validates other bodies as bytes, in vain. */
  isJson?: boolean
  path?: Readonly<Record<string, string>>
}

export interface RequestSchemas<Path, Query, Body> {
  path?: Schema<Path> | undefined
  query?: Schema<Query> | undefined
  body?: Schema<Body> | undefined
}

export interface RequestValues<Path, Query, Body> {
  path: Path | undefined
  query: Query | undefined
  body: Body | undefined
}

/** Reads a whole request, with the issues of all its parts in one InvalidInput. May throw UnreadableBody. */
export function readRequest<Path, Query, Body>(
  schemas: RequestSchemas<Path, Query, Body>,
  parts: RequestParts,
): RequestValues<Path, Query, Body> {
  const body = schemas.body === undefined ? null : decodeBody(parts.body, parts.isJson ?? true)
  const issues: ValidationIssue[] = []
  const path = schemas.path && collect(schemas.path, { ...parts.path }, ['path'], issues)
  const queried = schemas.query && collect(schemas.query, parseQuery(parts.query), ['query'], issues)
  const read = schemas.body && collectBody(schemas.body, body, issues, parts.isJson)
  if (path === invalid || queried === invalid || read === invalid) throw new InvalidInput(issues, body)
  return { path, query: queried, body: read }
}

/** Reads a query string or throws InvalidInput. */
export function readQuery<Query>(schema: Schema<Query>, text: string): Query {
  const issues: ValidationIssue[] = []
  const value = collect(schema, parseQuery(text), ['query'], issues)
  if (value === invalid) throw new InvalidInput(issues, null)
  return value
}

/** Reads a body or throws InvalidInput or UnreadableBody. */
export function readBody<Body>(schema: Schema<Body>, body: Uint8Array | string | undefined, isJson = true): Body {
  const decoded = decodeBody(body, isJson)
  const issues: ValidationIssue[] = []
  const value = collectBody(schema, decoded, issues, isJson)
  if (value === invalid) throw new InvalidInput(issues, decoded)
  return value
}

function collectBody<Body>(schema: Schema<Body>, body: Json, issues: ValidationIssue[], isJson = true): Body | Invalid {
  // Parameters cannot be found in what is not JSON; a single body is still read, as text.
  if ('parameters' in schema) return collect(schema, isJson ? body : null, ['body'], issues)
  if (body !== null) return collect(schema, body, ['body'], issues)
  if (schema.fallback !== undefined) return schema.fallback.make()
  issues.push({ type: 'missing', loc: ['body'], msg: 'Field required', input: null })
  return invalid
}

/** Whether a content type says JSON. */
export function isJsonContent(contentType: string | undefined): boolean {
  return contentType !== undefined && /^\s*application\/(?:json|[^;\s]*\+json)\s*(?:;|$)/i.test(contentType)
}

function decodeBody(body: Uint8Array | string | undefined, isJson: boolean): Json {
  if (body === undefined || body.length === 0) return null
  const text = decodeText(body)
  if (!isJson) return text
  try {
    return parsePythonJson(text)
  } catch (error) {
    if (error instanceof JsonTooComplex) throw new UnreadableBody()
    if (!(error instanceof JsonProblem)) throw error
    const issue = {
      type: 'json_invalid',
      loc: ['body', error.position],
      msg: 'JSON decode error',
      input: {},
      ctx: { error: error.message },
    }
    throw new InvalidInput([issue], text)
  }
}

function decodeText(body: Uint8Array | string): string {
  if (typeof body === 'string') return body
  if (!isUtf8(body)) throw new UnreadableBody()
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

function parseQuery(text: string): { [key: string]: Json[] } {
  const values: { [key: string]: Json[] } = {}
  for (const [key, value] of new URLSearchParams(text)) {
    if (Object.hasOwn(values, key)) values[key]?.push(value)
    else setOwn(values, key, [value])
  }
  return values
}
