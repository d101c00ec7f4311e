import { describe, expect, test } from 'vitest'
import * as s from '../../../src/schema/index.ts'
import { isRawNumber } from '../../../src/values/json.ts'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

describe('bodies that are no JSON', () => {
  test.each([
    ['bytes that are no UTF-8', bytes(0x22, 0xff, 0x22)],
    ['half of a surrogate pair in UTF-8', bytes(0x22, 0xed, 0xa0, 0x80, 0x22)],
    ['nested without end', '['.repeat(100_000)],
    ['nested without end and closed', '['.repeat(5000) + ']'.repeat(5000)],
    ['objects nested without end', '{"a":'.repeat(5000)],
    ['an integer of thousands of digits', '9'.repeat(4301)],
  ])('%s cannot be read', (_, body) => {
    expect(() => s.readBody(s.any(), body)).toThrow(s.UnreadableBody)
  })

  test('the place of an error counts characters, not halves of them', () => {
    const issues = issuesOf(() => s.readBody(s.any(), new TextEncoder().encode('["😀é", x]')))
    expect(issues).toEqual([
      { type: 'json_invalid', loc: ['body', 7], msg: 'JSON decode error', input: {}, ctx: { error: 'Expecting value' } },
    ])
  })
})

describe('bodies that are unusual JSON', () => {
  test('deep, but not too deep', () => {
    const text = '['.repeat(900) + ']'.repeat(900)
    expect(JSON.stringify(s.readBody(s.any(), text))).toBe(text)
  })

  test('brackets in strings do not nest', () => {
    const text = JSON.stringify(['['.repeat(5000), { '{': '\\"{'.repeat(1000) }])
    expect(JSON.stringify(s.readBody(s.any(), text))).toBe(text)
  })

  test('with a byte order mark', () => {
    expect(s.readBody(s.any(), bytes(0xef, 0xbb, 0xbf, 0x5b, 0x5d))).toEqual([])
  })

  test('the last of equal keys counts', () => {
    expect(s.readBody(s.dict(), '{"a": 1, "a": 2}')).toEqual({ a: 2 })
    expect(s.readBody(s.dict(), '{"a": 1, "b": NaN, "a": 2}')).toEqual({ a: 2, b: Number.NaN })
  })

  test('numbers keep their source text beside NaN', () => {
    const value = s.readBody(s.list(s.any()), '[NaN, 1.0, 1e5]')
    expect(value.slice(1).every(isRawNumber)).toBe(true)
    expect(JSON.stringify(value)).toBe('[null,1.0,1e5]')
  })

  test('half of a surrogate pair is no string', () => {
    const [issue] = issuesOf(() => s.readBody(s.string(), '"\\ud800"'))
    expect(issue).toMatchObject({ type: 'string_unicode', loc: ['body'], input: '\ud800' })
    expect(JSON.stringify(issue)).toContain('"\\ud800"')
  })

  test('infinity and NaN are no numbers', () => {
    for (const text of ['Infinity', '-Infinity', 'NaN', '1e400', '"inf"', '"nan"']) {
      expect(issuesOf(() => s.readBody(s.number(), text)).map((issue) => issue.type)).toEqual(['finite_number'])
    }
  })
})

test('a part of a buffer is a body', () => {
  const buffer = new TextEncoder().encode('xx{"a":1}yy')
  expect(s.readBody(s.dict(), buffer.subarray(2, 9))).toEqual({ a: 1 })
})

test('all parts of a request are read before it is refused', () => {
  const schemas = {
    path: s.query({ id: s.uuid() }),
    query: s.query({ limit: s.integer() }),
    body: s.model('Body', { name: s.string() }),
  }
  const issues = issuesOf(() => s.readRequest(schemas, { path: { id: 'x' }, query: 'limit=y', body: '{}' }))
  expect(issues.map((issue) => issue.loc)).toEqual([
    ['path', 'id'],
    ['query', 'limit'],
    ['body', 'name'],
  ])
})

test('lists take all values of a query, whatever is put around them', () => {
  const joined = s.after(s.nullable(s.list(s.string())), (values) => (values ?? []).join('+'))
  expect(s.readQuery(s.query({ a: joined, b: s.string() }), 'a=1&a=2&b=1&b=2')).toEqual({ a: '1+2', b: '2' })
})

test('queries may have any names', () => {
  const text = '__proto__=1&constructor=2&a=3&__proto__=4'
  expect(s.readQuery(s.query({ a: s.integer() }), text)).toEqual({ a: 3 })
})

test.each([
  ['application/json', true],
  ['application/json; charset=utf-8', true],
  ['Application/JSON', true],
  ['application/vnd.api+json', true],
  ['text/json', false],
  ['application/jsonp', false],
  ['text/plain', false],
  [undefined, false],
])('%s is JSON: %s', (type, expected) => {
  expect(s.isJsonContent(type)).toBe(expected)
})

function issuesOf(read: () => unknown): readonly s.ValidationIssue[] {
  try {
    read()
  } catch (error) {
    if (error instanceof s.InvalidInput) return error.issues
    throw error
  }
  throw new Error('nothing was wrong')
}
