/** Texts: strings, ids, literals and enumerations. */
import { isRawNumber, type Json, type RawNumber, toNumber } from '../values/json.ts'
import { pythonRepr } from '../values/python-text.ts'
import { isUuid, type Uuid } from '../values/uuid.ts'
import type { JsonSchema } from './json-schema.ts'
import { Fit, type Invalid, type Reading, type Schema } from './reading.ts'

export interface StringOptions {
  /** Counted in code points. */
  minLength?: number
  maxLength?: number
  /** As pydantic shows it; JavaScript must understand it the same way. */
  pattern?: string
}

/** A text; nothing else becomes one. */
export function string(options: StringOptions = {}): Schema<string> {
  const { minLength, maxLength, pattern } = options
  const expression = pattern === undefined ? undefined : new RegExp(pattern, 'u')
  const constrained = minLength !== undefined || maxLength !== undefined || pattern !== undefined

  function check(text: string, reading: Reading): string | Invalid {
    if (minLength !== undefined && text.length < minLength * 2 && lengthOf(text) < minLength) {
      return reading.fail('string_too_short', `String should have at least ${count(minLength, 'character')}`, text, {
        min_length: minLength,
      })
    }
    if (maxLength !== undefined && text.length > maxLength && lengthOf(text) > maxLength) {
      return reading.fail('string_too_long', `String should have at most ${count(maxLength, 'character')}`, text, { max_length: maxLength })
    }
    if (expression !== undefined && !expression.test(text)) {
      return reading.fail('string_pattern_mismatch', `String should match pattern '${pattern}'`, text, { pattern })
    }
    return text
  }

  return {
    label: () => (constrained ? 'constrained-str' : 'str'),
    hasOwnTitle: () => false,
    read(input, reading) {
      if (typeof input !== 'string') return reading.fail('string_type', 'Input should be a valid string', input)
      if (!input.isWellFormed()) return notUnicode(input, reading)
      return constrained ? check(input, reading) : input
    },
    describe: () => ({
      type: 'string',
      ...(minLength === undefined ? {} : { minLength }),
      ...(maxLength === undefined ? {} : { maxLength }),
      ...(pattern === undefined ? {} : { pattern }),
    }),
  }
}

/** Half of a surrogate pair is no text, though JSON can write it. */
export function notUnicode(input: string, reading: Reading): Invalid {
  const message = 'Input should be a valid string, unable to parse raw data as a unicode string'
  return reading.fail('string_unicode', message, input)
}

/** Length in code points. */
export function lengthOf(text: string): number {
  let length = 0
  for (let index = 0; index < text.length; index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1) length++
  return length
}

/** `1 item`, `2 items`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`

/** An id in any of its usual forms; read as canonical text. */
export function uuid(): Schema<Uuid> {
  return {
    label: () => 'uuid',
    hasOwnTitle: () => false,
    read(input, reading) {
      reading.lax()
      if (typeof input !== 'string') return reading.fail('uuid_type', 'UUID input should be a string, bytes or UUID object', input)
      return isUuid(input) ? input : (canonicalUuid(input) ?? notUuid(input, reading))
    },
    describe: () => ({ type: 'string', format: 'uuid' }),
  }
}

const hyphenated = /^(?:\{(?<braced>[0-9a-f-]{36})\}|(?:urn:uuid:)?(?<plain>[0-9a-f-]{36}))$/
const simple = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/

function canonicalUuid(text: string): Uuid | undefined {
  // The prefix is the one thing that counts in lower case only.
  if (text.length === 45 && !text.startsWith('urn:uuid:')) return undefined
  const lower = text.toLowerCase()
  if (lower.length === 32) return simple.test(lower) ? lower.replace(simple, '$1-$2-$3-$4-$5') : undefined
  const groups = hyphenated.exec(lower)?.groups
  const inner = groups?.['braced'] ?? groups?.['plain']
  return inner !== undefined && isUuid(inner) ? inner : undefined
}

function notUuid(text: string, reading: Reading): Invalid {
  if (!text.isWellFormed()) return notUnicode(text, reading)
  const error = uuidProblem(text)
  return reading.fail('uuid_parsing', `Input should be a valid UUID, ${error}`, text, { error })
}

const groupStarts = [0, 9, 14, 19, 24, 37] as const

/** Says what is wrong as the reference does; places and lengths count bytes, from 1. */
function uuidProblem(text: string): string {
  const braced = /^\{.*\}$/s.test(text)
  const urn = text.startsWith('urn:uuid:')
  // With the right length only what is inside counts.
  if (braced && Buffer.byteLength(text) === 38) return uuidProblem(text.slice(1, -1))
  if (urn && Buffer.byteLength(text) === 45) return uuidProblem(text.slice(9))
  const offset = braced ? 1 : urn ? 9 : 0
  const inner = braced ? text.slice(1, -1) : text.slice(offset)
  const hyphens: number[] = []
  let index = 0
  for (const character of inner) {
    if (character === '-') hyphens.push(index)
    else if (!/[0-9a-fA-F]/.test(character)) return `invalid character: found \`${character}\` at ${index + offset + 1}`
    index++
  }
  if (hyphens.length === 0 && offset === 0) return `invalid length: expected length 32 for simple format, found ${text.length}`
  if (hyphens.length !== 4) return `invalid group count: expected 5, found ${hyphens.length + 1}`
  const ends = [...hyphens, text.length]
  const group = [0, 1, 2, 3].find((each) => ends[each] !== (groupStarts[each + 1] ?? 0) - 1) ?? 4
  const start = groupStarts[group] ?? 0
  const expected = [8, 4, 4, 4, 12][group]
  return `invalid group length in group ${group}: expected ${expected}, found ${(ends[group] ?? 0) - start}`
}

type LiteralValue = string | number | boolean

/** One of the given values. */
export function literal<const Values extends readonly LiteralValue[]>(...values: Values): Schema<Values[number]> {
  const texts = values.map(representation)
  const expected = alternatives(texts)
  return {
    label: () => `literal[${texts.join(',')}]`,
    hasOwnTitle: () => false,
    read(input, reading) {
      for (const value of values) if (value === input || (typeof value !== 'string' && isEqual(value, input))) return value
      return reading.fail('literal_error', `Input should be ${expected}`, input, { expected })
    },
    describe: () => ({ ...typeOf(values), ...(values.length === 1 ? { const: values[0] } : { enum: [...values] }) }),
  }
}

/** Python's equality, to which 1, 1.0 and True are the same. */
function isEqual(value: number | boolean, input: Json | undefined): boolean {
  if (typeof input !== 'number' && typeof input !== 'boolean' && !isRawNumber(input)) return false
  return numeric(value) === numeric(input)
}

const numeric = (value: number | boolean | RawNumber): number => (typeof value === 'boolean' ? Number(value) : toNumber(value))

const representation = (value: LiteralValue): string => {
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return typeof value === 'string' ? pythonRepr(value) : String(value)
}

/** `'a', 'b' or 'c'`. */
function alternatives(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`
}

function typeOf(values: readonly LiteralValue[]): JsonSchema {
  const types = new Set(values.map((value) => typeof value))
  if (types.size > 1) return {}
  return { type: types.has('number') ? 'integer' : types.has('boolean') ? 'boolean' : 'string' }
}

/** A named set of texts. */
export function enumeration<const Value extends string>(name: string, values: readonly Value[]): Schema<Value> {
  const byText = new Map<unknown, Value>(values.map((value) => [value, value]))
  const expected = alternatives(values.map(representation))
  return {
    label: () => `str-enum[${name}]`,
    hasOwnTitle: () => true,
    read(input, reading) {
      if (reading.fit !== Fit.lax) reading.lax()
      return byText.get(input) ?? reading.fail('enum', `Input should be ${expected}`, input, { expected })
    },
    describe: (description) => description.reference(name, () => ({ type: 'string', enum: [...values], title: name })),
  }
}
