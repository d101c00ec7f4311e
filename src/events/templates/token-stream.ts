/** Tokens with one in hand and one to look at. */
import { pythonRepr } from '../../values/python-text.ts'
import { operators, type Token, tokenize } from './lexer.ts'
import { TemplateSyntaxError } from './syntax-error.ts'

const descriptions: Readonly<Record<string, string>> = {
  block_begin: 'begin of statement block',
  block_end: 'end of statement block',
  variable_begin: 'begin of print statement',
  variable_end: 'end of print statement',
  data: 'template data / text',
  eof: 'end of template',
  ...Object.fromEntries(Object.entries(operators).map(([text, type]) => [type, text])),
}

export const describeToken = (token: Token): string =>
  token.type === 'name' ? String(token.value) : (descriptions[token.type] ?? token.type)

/** `type` or `name:value`. */
export function describeExpected(expected: string): string {
  const [type = '', value] = expected.split(':')
  return type === 'name' && value !== undefined ? value : (descriptions[type] ?? type)
}

export class TokenStream {
  readonly #tokens: Iterator<Token>
  #ahead: Token | null = null
  current: Token = { type: 'initial', value: '', line: 1 }

  constructor(template: string) {
    this.#tokens = tokenize(template)
    this.next()
  }

  /** The token in hand, and takes the next. */
  next(): Token {
    const { current } = this
    this.current = this.#ahead ?? this.#read()
    this.#ahead = null
    return current
  }

  /** The token after the one in hand. */
  look(): Token {
    this.#ahead ??= this.#read()
    return this.#ahead
  }

  #read(): Token {
    const { done, value } = this.#tokens.next()
    return done === true ? { type: 'eof', value: '', line: this.current.line } : value
  }

  /** Is the token in hand of the type, or the name (`name:…`)? */
  is(expected: string, token: Token = this.current): boolean {
    return token.type === expected || (expected.includes(':') && `${token.type}:${token.value}` === expected)
  }

  skipIf(expected: string): boolean {
    if (!this.is(expected)) return false
    this.next()
    return true
  }

  expect(expected: string): Token {
    if (this.is(expected)) return this.next()
    const wanted = pythonRepr(describeExpected(expected))
    throw new TemplateSyntaxError(
      this.current.type === 'eof'
        ? `unexpected end of template, expected ${wanted}.`
        : `expected token ${wanted}, got ${pythonRepr(describeToken(this.current))}`,
      this.current.line,
    )
  }
}
