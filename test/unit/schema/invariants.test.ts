import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as s from '../../../src/schema/index.ts'
import { parsePythonJson } from '../../../src/schema/python-json.ts'
import { parseJson } from '../../../src/values/json.ts'
import { schemas } from './schemas.ts'

const texts = readFileSync(new URL('cases.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line): { input?: string } => JSON.parse(line))
  .flatMap(({ input }) => (input === undefined ? [] : [input]))

/** JSON texts: any at all, those of the table, and those of the table put together. */
const part = fc.oneof(fc.constantFrom(...texts), fc.json({ maxDepth: 3 }))
const key = fc.constantFrom('a', 'name', 'x', 'type', 'child', 'value', 'labels', '__proto__', 'constructor')
const json = fc.oneof(
  part,
  fc.array(part, { maxLength: 3 }).map((parts) => `[${parts.join(',')}]`),
  fc.dictionary(key, part, { maxKeys: 4 }).map(
    (parts) =>
      `{${Object.entries(parts)
        .map(([name, text]) => `${JSON.stringify(name)}:${text}`)
        .join(',')}}`,
  ),
)

/** What they write is not what they read: their fields have other names in JSON. */
const oneWay = new Set(['aliased', 'populated'])

describe.each(Object.entries(schemas))('%s', (name, schema) => {
  test('reads everything without an exception, and says what is wrong exactly when something is', () => {
    fc.assert(
      fc.property(json, (text) => {
        const input = parsePythonJson(text)
        const before = JSON.stringify(input)
        const reading = new s.Reading()
        const value = schema.read(input, reading)
        expect(reading.issues.length > 0).toBe(value === s.invalid)
        for (const issue of reading.issues) expect(issue.msg).not.toBe('')
        expect(JSON.stringify(input)).toBe(before)
      }),
    )
  })

  test('comes to the same result when nobody listens', () => {
    fc.assert(
      fc.property(json, (text) => {
        const loud = schema.read(parsePythonJson(text), new s.Reading())
        const reading = new s.Reading()
        reading.quiet = true
        const quiet = schema.read(parsePythonJson(text), reading)
        expect(quiet === s.invalid).toBe(loud === s.invalid)
        expect(reading.issues).toEqual([])
      }),
    )
  })

  if (oneWay.has(name)) return
  test('reads what it has written', () => {
    fc.assert(
      fc.property(json, (text) => {
        const value = schema.read(parsePythonJson(text), new s.Reading())
        if (value === s.invalid) return
        const again = schema.read(parseJson(JSON.stringify(value)), new s.Reading())
        expect(JSON.stringify(again)).toBe(JSON.stringify(value))
      }),
    )
  })
})

test('JSON text is read as by JSON.parse, wherever that reads it', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.stringify(parsePythonJson(text))).toBe(JSON.stringify(parseJson(text)))
    }),
  )
})

test('JSON text is read alike whether it is scanned or parsed', () => {
  // More than 900 brackets make the scanner do the work.
  const wrapped = (text: string): string => `[${text}${',[]'.repeat(900)},"${'['.repeat(901)}"]`
  fc.assert(
    fc.property(part, (text) => {
      const scanned = parsePythonJson(wrapped(text))
      expect(JSON.stringify(Array.isArray(scanned) ? scanned[0] : undefined)).toBe(JSON.stringify(parsePythonJson(text)))
    }),
    { numRuns: 50 },
  )
})
