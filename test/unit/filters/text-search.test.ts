import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matchesTextSearch, parseTextSearch, type TextSearch } from '../../../src/resources/filtering/text-search.ts'

const search = (include: string[], exclude: string[] = [], required: string[] = []): TextSearch => ({ include, exclude, required })

describe('how a query is read', () => {
  const queries: [string, TextSearch][] = [
    ['', search([])],
    [' \t\u00a0\u0085 ', search([])],
    ['error', search(['error'])],
    ['error timeout', search(['error', 'timeout'])],
    ['-debug !trace +must', search([], ['debug', 'trace'], ['must'])],
    ['- debug', search(['debug'])],
    ['-', search([])],
    ['--x', search([], ['-x'])],
    ['a-b', search(['a-b'])],
    ['"connection timeout"', search(['connection timeout'])],
    ['-"connection timeout"', search([], ['connection timeout'])],
    ['"open end', search(['open end'])],
    ['foo"bar baz"qux', search(['foo', 'bar baz', 'qux'])],
    ['"say \\"hi\\" \\\\ \\n"', search(['say "hi" \\ \\n'])],
    ['"" "  "', search([])],
    ['\\', search(['\\'])],
    ['"\\', search(['\\'])],
    ['a\u0085b\ufeffc', search(['a', 'b\ufeffc'])],
  ]
  test.each(queries)('%j', (query, expected) => expect(parseTextSearch(query)).toEqual(expected))

  test('no query takes long or loses a plain word', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (noise) => {
        const { include } = parseTextSearch(`${noise.replaceAll('"', '')} word`)
        expect(include.at(-1)).toBe('word')
      }),
    )
  })
})

describe('what it finds', () => {
  const texts: [string, string, boolean][] = [
    ['', 'anything', true],
    ['ERROR', 'an Error occurred', true],
    ['error timeout', 'a timeout', true],
    ['error -timeout', 'error: timeout', false],
    ['-debug', 'info', true],
    ['+a +b', 'a only', false],
    ['+a +b c', 'a b', false],
    ['+a +b c', 'a b c', true],
    ['"a b"', 'b a b', true],
    ['ärger', 'ÄRGER', true],
  ]
  test.each(texts)('%j in %j: %s', (query, text, found) => expect(matchesTextSearch(parseTextSearch(query), text)).toBe(found))
})
