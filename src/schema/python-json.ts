/**
 * JSON as Python's `json` reads it, for what JSON.parse refuses: NaN and Infinity are numbers there, and clients see the
 * place and the words of an error.
 */
import { type Json, parseJson } from '../values/json.ts'
import { setOwn } from './containers.ts'

/** The text is no JSON. */
export class JsonProblem extends Error {
  /** In code points. */
  readonly position: number
  constructor(message: string, position: number) {
    super(message)
    this.name = 'JsonProblem'
    this.position = position
  }
}

/** The text is beyond what the reference can take: nested too deeply, or a number of thousands of digits. */
export class JsonTooComplex extends Error {}

const deepest = 900
const mostDigits = 4300

/** Parses JSON text. Throws JsonProblem or JsonTooComplex. */
export function parsePythonJson(text: string): Json {
  if (text.length < deepest * 2 || !isSuspicious(text)) {
    try {
      return parseJson(text)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
    }
  }
  return new Scanner(text).document()
}

/** Whether the text might be too complex; brackets in strings count too, so this is only a hint. */
function isSuspicious(text: string): boolean {
  let depth = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index) | 0x20
    if (code === 0x7b) {
      if (++depth > deepest) return true
    } else if (code === 0x7d && depth > 0) depth--
  }
  return text.length > mostDigits && /\d{4301}/.test(text)
}

const constants: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

const numberToken = /-?(?:0|[1-9]\d*)(?<rest>(?:\.\d+)?(?:[eE][-+]?\d+)?)/y
const constantToken = /null|true|false|NaN|-?Infinity/y
/** All but quotes, backslashes, and control characters, which may not stand in a string. */
const plainCharacters = /[ !#-[\]-\u{10ffff}]*/uy
const spaces = /[ \t\n\r]*/y

class Scanner {
  readonly #text: string
  #index = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): Json {
    this.#match(spaces)
    const value = this.#value()
    this.#match(spaces)
    if (this.#index < this.#text.length) throw this.#problem('Extra data')
    return value
  }

  #value(): Json {
    const character = this.#text[this.#index]
    if (character === '"') return this.#string()
    if (character === '{') return this.#nested(() => this.#object())
    if (character === '[') return this.#nested(() => this.#array())
    const constant = this.#match(constantToken)
    if (constant !== undefined) return constants.get(constant) ?? null
    const written = this.#match(numberToken)
    if (written === undefined) throw this.#problem('Expecting value')
    if (written.length > mostDigits && /^-?\d{4301}\d*$/.test(written)) throw new JsonTooComplex('a number of too many digits')
    return parseJson(written)
  }

  #nested(read: () => Json): Json {
    if (++this.#depth > deepest) throw new JsonTooComplex('nested too deeply')
    this.#index++
    this.#match(spaces)
    const value = read()
    this.#depth--
    return value
  }

  #object(): Json {
    const object: { [key: string]: Json } = {}
    if (this.#skip('}')) return object
    do {
      this.#match(spaces)
      if (this.#text[this.#index] !== '"') throw this.#problem('Expecting property name enclosed in double quotes')
      const key = this.#string()
      this.#match(spaces)
      if (!this.#skip(':')) throw this.#problem("Expecting ':' delimiter")
      this.#match(spaces)
      setOwn(object, key, this.#value())
      this.#match(spaces)
    } while (this.#skip(','))
    if (!this.#skip('}')) throw this.#problem("Expecting ',' delimiter")
    return object
  }

  #array(): Json {
    const array: Json[] = []
    if (this.#skip(']')) return array
    do {
      this.#match(spaces)
      array.push(this.#value())
      this.#match(spaces)
    } while (this.#skip(','))
    if (!this.#skip(']')) throw this.#problem("Expecting ',' delimiter")
    return array
  }

  #string(): string {
    const start = this.#index++
    let value = ''
    for (;;) {
      value += this.#match(plainCharacters) ?? ''
      const character = this.#text[this.#index++]
      if (character === '"') return value
      if (character === undefined) throw this.#problem('Unterminated string starting at', start)
      if (character !== '\\') throw this.#problem('Invalid control character at', this.#index - 1)
      value += this.#escape(start)
    }
  }

  #escape(start: number): string {
    const letter = this.#text[this.#index++]
    if (letter === undefined) throw this.#problem('Unterminated string starting at', start)
    if (letter !== 'u') {
      const character = escapes.get(letter)
      if (character === undefined) throw this.#problem('Invalid \\escape', this.#index - 2)
      return character
    }
    const digits = this.#text.slice(this.#index, this.#index + 4)
    // The reference looks at the digits only when something follows them.
    if (!/^[0-9a-fA-F]{4}$/.test(digits) || this.#index + 4 >= this.#text.length)
      throw this.#problem('Invalid \\uXXXX escape', this.#index - 1)
    this.#index += 4
    return String.fromCharCode(Number.parseInt(digits, 16))
  }

  #skip(character: string): boolean {
    if (this.#text[this.#index] !== character) return false
    this.#index++
    return true
  }

  #match(token: RegExp): string | undefined {
    token.lastIndex = this.#index
    const matched = token.exec(this.#text)?.[0]
    if (matched !== undefined) this.#index += matched.length
    return matched
  }

  #problem(message: string, index = this.#index): JsonProblem {
    let position = 0
    for (const character of this.#text.slice(0, index)) position += character === '' ? 0 : 1
    return new JsonProblem(message, position)
  }
}
