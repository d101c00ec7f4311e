/** Numbers and truth values. What counts is how JSON wrote them: 1.0 is no integer to Python, though it becomes one. */
import { isRawNumber, type Json, type RawNumber, toNumber } from '../values/json.ts'
import { type Invalid, invalid, type Reading, type Schema } from './reading.ts'

export interface Bounds {
  gt?: number
  ge?: number
  lt?: number
  le?: number
}

/** In the order in which they are checked. */
const bounds = [
  { word: 'le', type: 'less_than_equal', text: 'less than or equal to', keyword: 'maximum' },
  { word: 'lt', type: 'less_than', text: 'less than', keyword: 'exclusiveMaximum' },
  { word: 'ge', type: 'greater_than_equal', text: 'greater than or equal to', keyword: 'minimum' },
  { word: 'gt', type: 'greater_than', text: 'greater than', keyword: 'exclusiveMinimum' },
] as const

const comparisons: Record<keyof Bounds, (value: number, bound: number) => boolean> = {
  le: (value, bound) => value <= bound,
  lt: (value, bound) => value < bound,
  ge: (value, bound) => value >= bound,
  gt: (value, bound) => value > bound,
}

type Check = (value: number, input: Json | undefined, reading: Reading) => number | Invalid

/** The check for `options`; undefined when there is nothing to check. */
function checkOf(options: Bounds): Check | undefined {
  const checks = bounds.flatMap(({ word, type, text }) => {
    const bound = options[word]
    return bound === undefined
      ? []
      : [{ bound, type, ctx: { [word]: bound }, msg: `Input should be ${text} ${bound}`, holds: comparisons[word] }]
  })
  if (checks.length === 0) return undefined
  return (value, input, reading) => {
    for (const check of checks) if (!check.holds(value, check.bound)) return reading.fail(check.type, check.msg, input, check.ctx)
    return value
  }
}

function describeBounds(options: Bounds): Record<string, number> {
  return Object.fromEntries(bounds.flatMap(({ word, keyword }) => (options[word] === undefined ? [] : [[keyword, options[word]]])))
}

/** An integer; integers beyond 2^53 lose their last digits. */
export function integer(options: Bounds = {}): Schema<number> {
  const check = checkOf(options)
  return {
    label: () => (check ? 'constrained-int' : 'int'),
    hasOwnTitle: () => false,
    read(input, reading) {
      const value = typeof input === 'number' && Number.isInteger(input) ? input : toInteger(input, reading)
      return value === invalid || check === undefined ? value : check(value, input, reading)
    },
    describe: () => ({ type: 'integer', ...describeBounds(options) }),
  }
}

/** A number with or without fraction. */
export function number(options: Bounds = {}): Schema<number> {
  const check = checkOf(options)
  return {
    label: () => (check ? 'constrained-float' : 'float'),
    hasOwnTitle: () => false,
    read(input, reading) {
      const value = toFloat(input, reading)
      if (value === invalid) return invalid
      // The reference takes infinity and then fails to write it: no JSON, nor any reply, can hold it.
      if (!Number.isFinite(value)) return check?.(value, input, reading) === invalid ? invalid : notFinite(input, reading)
      return check === undefined ? value : check(value, input, reading)
    },
    describe: () => ({ type: 'number', ...describeBounds(options) }),
  }
}

const notFinite = (input: Json | undefined, reading: Reading): Invalid =>
  reading.fail('finite_number', 'Input should be a finite number', input)

/** True when JSON wrote an integer: without point and exponent. */
export function isInteger(input: Json | undefined): input is number | RawNumber {
  if (typeof input === 'number') return Number.isInteger(input)
  return isRawNumber(input) && integerText.test(input.rawJSON)
}

export function isNumber(input: Json | undefined): input is number | RawNumber {
  return typeof input === 'number' || isRawNumber(input)
}

const integerText = /^-?(?:0|[1-9]\d*)$/
const mostDigits = 4300
const beyondInt64 = 2 ** 63

/** For integers so large that the number alone does not tell. */
function isInt64(input: Json | undefined): boolean {
  return isRawNumber(input) && isInteger(input) && BigInt.asIntN(64, BigInt(input.rawJSON)) === BigInt(input.rawJSON)
}

function toInteger(input: Json | undefined, reading: Reading): number | Invalid {
  if (typeof input === 'boolean') {
    reading.lax()
    return Number(input)
  }
  if (typeof input === 'string') {
    reading.lax()
    return integerOf(input, reading)
  }
  if (!isNumber(input)) return reading.fail('int_type', 'Input should be a valid integer', input)
  const value = toNumber(input)
  if (isInteger(input)) return Number.isFinite(value) ? value : tooLarge(input, reading)
  reading.lax()
  if (!Number.isFinite(value)) return notFinite(input, reading)
  if (!Number.isInteger(value)) {
    return reading.fail('int_from_float', 'Input should be a valid integer, got a number with a fractional part', input)
  }
  return Math.abs(value) < beyondInt64 ? value + 0 : tooLarge(input, reading)
}

const tooLarge = (input: Json, reading: Reading): Invalid =>
  reading.fail('int_parsing_size', 'Unable to parse input string as an integer, exceeded maximum size', input)

function integerOf(text: string, reading: Reading): number | Invalid {
  const plain = integerText.test(text)
  if (plain && text.length > mostDigits) return tooLarge(text, reading)
  const digits = plain ? text : cleanInteger(text)
  if (digits === undefined || digits.length > mostDigits || !integerText.test(digits)) {
    return reading.fail('int_parsing', 'Input should be a valid integer, unable to parse string as an integer', text)
  }
  const value = Number(digits)
  return Number.isFinite(value) ? value : tooLarge(text, reading)
}

/** Takes away what may surround an integer: white space, `+`, leading zeros, `.00`, single underscores between digits. */
function cleanInteger(text: string): string | undefined {
  const match = /^(?:\+(?!-))?(-(?![-+]))?(?=[0-9])(.*)$/s.exec(trimSpace(text))
  if (match === null) return undefined
  const [, sign = '', unsigned = ''] = match
  const digits = stripZeros(unsigned)
  return digits === undefined
    ? undefined
    : sign + (stripUnderscores(digits.replace(/^([^.]*)\.0+$/, '$1')) ?? digits.replace(/^([^.]*)\.0+$/, '$1'))
}

/** Leading zeros may have underscores between them; one zero stays when nothing else is there. */
function stripZeros(text: string): string | undefined {
  if (!text.startsWith('0')) return text
  const end = text.search(/[^0_]/)
  if (end === -1) return text.slice(-1)
  if (text[end] === '.') return text.slice(end - 1)
  return /[1-9-]/.test(text.charAt(end)) ? text.slice(end) : undefined
}

/** The text without its underscores, when they are where Python allows them. */
function stripUnderscores(text: string): string | undefined {
  return /^[^_]+(?:_[^_]+)+$/.test(text) ? text.replaceAll('_', '') : undefined
}

const space = '[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+'
const surroundingSpace = new RegExp(`^${space}|${space}$`, 'g')

/** Without Unicode's white space at both ends (which is not quite JavaScript's). */
const trimSpace = (text: string): string => text.replace(surroundingSpace, '')

const floatText = /^[+-]?(?:(?<named>inf|infinity|nan)|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i

/** The number that Rust, and so pydantic, reads in a text. */
export function floatOf(text: string): number | undefined {
  const trimmed = trimSpace(text)
  const candidate = floatText.test(trimmed) ? trimmed : stripUnderscores(text)
  const match = candidate === undefined ? null : floatText.exec(candidate)
  if (match === null || candidate === undefined) return undefined
  const named = match.groups?.['named']
  if (named === undefined) return Number(candidate)
  if (named.toLowerCase() === 'nan') return Number.NaN
  return candidate.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

function toFloat(input: Json | undefined, reading: Reading): number | Invalid {
  if (typeof input === 'number') {
    if (Number.isInteger(input)) reading.strict()
    return input
  }
  if (typeof input === 'string') {
    reading.lax()
    return floatOf(input) ?? reading.fail('float_parsing', 'Input should be a valid number, unable to parse string as a number', input)
  }
  if (typeof input === 'boolean') {
    reading.lax()
    return Number(input)
  }
  const value = isRawNumber(input) ? toNumber(input) : undefined
  const whole = isInteger(input)
  if (value === undefined || (whole && !Number.isFinite(value))) return reading.fail('float_type', 'Input should be a valid number', input)
  if (whole) reading.strict()
  return value
}

const truths: ReadonlyMap<string, boolean> = new Map([
  ...['0', 'off', 'f', 'false', 'n', 'no'].map((word) => [word, false] as const),
  ...['1', 'on', 't', 'true', 'y', 'yes'].map((word) => [word, true] as const),
])

/** A truth value, also written as a number or a word. */
export function boolean(): Schema<boolean> {
  return {
    label: () => 'bool',
    hasOwnTitle: () => false,
    read(input, reading) {
      if (typeof input === 'boolean') return input
      reading.lax()
      if (typeof input === 'string') return truths.get(input.toLowerCase()) ?? notBoolean(input, reading)
      const value = isNumber(input) ? toNumber(input) : undefined
      if (value === undefined || !Number.isInteger(value) || (Math.abs(value) >= beyondInt64 && !isInt64(input))) {
        return reading.fail('bool_type', 'Input should be a valid boolean', input)
      }
      return value === 0 || value === 1 ? value === 1 : notBoolean(input, reading)
    },
    describe: () => ({ type: 'boolean' }),
  }
}

const notBoolean = (input: Json | undefined, reading: Reading): Invalid =>
  reading.fail('bool_parsing', 'Input should be a valid boolean, unable to interpret input', input)

/** Numbers that are not coerced and keep the way they were written, for unions of users' values. */
export function strictInteger(): Schema<number | RawNumber> {
  return {
    label: () => 'int',
    hasOwnTitle: () => false,
    read: (input, reading) => (isInteger(input) ? input : reading.fail('int_type', 'Input should be a valid integer', input)),
    describe: () => ({ type: 'integer' }),
  }
}

export function strictNumber(): Schema<number | RawNumber> {
  return {
    label: () => 'float',
    hasOwnTitle: () => false,
    read(input, reading) {
      if (!isNumber(input)) return reading.fail('float_type', 'Input should be a valid number', input)
      if (!Number.isFinite(toNumber(input))) return notFinite(input, reading)
      if (isInteger(input)) reading.strict()
      return input
    },
    describe: () => ({ type: 'number' }),
  }
}

export function strictBoolean(): Schema<boolean> {
  return {
    label: () => 'bool',
    hasOwnTitle: () => false,
    read: (input, reading) => (typeof input === 'boolean' ? input : reading.fail('bool_type', 'Input should be a valid boolean', input)),
    describe: () => ({ type: 'boolean' }),
  }
}
