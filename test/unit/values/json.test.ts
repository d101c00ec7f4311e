import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isJsonObject, isRawNumber, parseJson, toNumber } from '../../../src/values/json.ts'

describe('parseJson', () => {
  test.each([
    '1.0',
    '1.50',
    '-0',
    '-0.0',
    '1e5',
    '1E+400',
    '123456789012345678901234567890',
    '0.1000',
    '[1.0,{"a":2.0}]',
    '10000000000000000',
  ])('keeps %s as it was written', (text) => expect(JSON.stringify(parseJson(text))).toBe(text))

  test('gives what JSON.parse gives for everything that JavaScript writes itself', () => {
    const values = fc.jsonValue().map((value) => JSON.stringify(value))
    fc.assert(
      fc.property(values, (text) => {
        expect(JSON.stringify(parseJson(text))).toBe(text)
      }),
    )
  })

  test('a kept number is a number for those who compute', () => {
    const value = parseJson('2.0')
    expect(isRawNumber(value) && toNumber(value)).toBe(2)
    expect(isJsonObject(value)).toBe(false)
    expect(isJsonObject(parseJson('{"a":1.0}'))).toBe(true)
  })

  test('leaves text that looks like a number alone', () => {
    expect(parseJson('"1.0"')).toBe('1.0')
  })

  test('refuses what is not JSON', () => {
    expect(() => parseJson('{"a": 1.0,}')).toThrow(SyntaxError)
  })
})
