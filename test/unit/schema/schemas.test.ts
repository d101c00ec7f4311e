import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { invalidRequest } from '../../../src/resources/errors.ts'
import * as s from '../../../src/schema/index.ts'
import { parsePythonJson } from '../../../src/schema/python-json.ts'
import { Duration } from '../../../src/values/duration.ts'
import { isRawNumber } from '../../../src/values/json.ts'
import { Timestamp } from '../../../src/values/timestamp.ts'
import { routes, schemas } from './schemas.ts'

interface Read {
  schema: string
  input: string
  value?: unknown
  issues?: s.ValidationIssue[]
}

interface Sent {
  route: string
  body: string
  type: string | null
  query?: string
  status: number
  reply: unknown
}

const cases: (Read | Sent)[] = readFileSync(new URL('cases.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
const reads = cases.filter((each): each is Read => 'schema' in each)
const requests = cases.filter((each): each is Sent => 'route' in each)

/** What `written` of reference.py makes of a value. */
function written(value: unknown): unknown {
  if (isRawNumber(value)) return Number(value.rawJSON)
  if (value instanceof Timestamp) return value.text
  if (value instanceof Duration) return { microseconds: value.microseconds }
  if (Array.isArray(value)) return value.map(written)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, written(each)]))
  if (!s.isModelValue(value)) return entries
  return { model: entries, sent: [...s.sentFields(value)].sort(), onlySent: written(s.onlySent(value)) }
}

/** The order of a set says nothing. */
const sorted = (values: unknown): unknown => ({ set: [...(values as unknown[])].sort() })

/** As it arrives at the client. */
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('what pydantic makes of it', () => {
  for (const [name, inputs] of Object.entries(Object.groupBy(reads, (each) => each.schema))) {
    test.for(inputs ?? [])(`${name} of $input`, ({ schema, input, value, issues }) => {
      const found: s.ValidationIssue[] = []
      const read = s.collect(schemaOf(schema), parsePythonJson(input), [], found)
      if (issues !== undefined) {
        expect(read).toBe(s.invalid)
        expect(sent(found)).toEqual(issues)
      } else {
        expect(found).toEqual([])
        expect(schema.startsWith('setOf') ? sorted(read) : written(read)).toEqual(value)
      }
    })
  }
})

function schemaOf(name: string): s.Schema<unknown> {
  const schema = schemas[name]
  if (schema === undefined) throw new Error(`schemas.ts has no ${name}`)
  return schema
}

describe('what FastAPI makes of it', () => {
  test.for(requests)('$route?$query $type $body', ({ route, body, type, query = '', status, reply }) => {
    const parts = { query, body: new TextEncoder().encode(body), isJson: s.isJsonContent(type ?? undefined) }
    expect(answer(route, parts)).toEqual({ status, reply })
  })
})

function answer(route: string, parts: s.RequestParts): { status: number; reply: unknown } {
  const { query, body } = routes[route] ?? {}
  try {
    const values = s.readRequest({ query, body }, parts)
    return { status: 200, reply: { ...(query && { query: written(values.query) }), ...(body && { body: written(values.body) }) } }
  } catch (error) {
    if (error instanceof s.UnreadableBody) return { status: 400, reply: { detail: error.message } }
    if (!(error instanceof s.InvalidInput)) throw error
    const { status, body: reply } = invalidRequest(error.issues, error.body)
    return { status, reply: sent(reply) }
  }
}
