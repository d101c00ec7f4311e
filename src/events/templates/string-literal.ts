/** The escapes of a string literal, as Python's codec "unicode-escape" reads them. */
import { TemplateSyntaxError } from './syntax-error.ts'

const named: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}
const escapes = /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|N\{[^}]*\}|([\s\S]))/gu
const widths: Readonly<Record<string, string>> = { x: '\\xXX', u: '\\uXXXX', U: '\\UXXXXXXXX' }

export function unescapeText(text: string, line: number): string {
  return text.replaceAll(escapes, (whole, octal?: string, two?: string, four?: string, eight?: string, letter?: string) => {
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8))
    const hexadecimal = two ?? four ?? eight
    if (hexadecimal !== undefined) {
      const code = Number.parseInt(hexadecimal, 16)
      if (code > 0x10ffff) throw new TemplateSyntaxError('illegal Unicode character', line)
      return String.fromCodePoint(code)
    }
    if (letter === undefined) throw new TemplateSyntaxError('unknown Unicode character name', line)
    const width = widths[letter]
    if (width !== undefined) throw new TemplateSyntaxError(`truncated ${width} escape`, line)
    if (letter === 'N') throw new TemplateSyntaxError('malformed \\N character escape', line)
    return named[letter] ?? whole
  })
}
