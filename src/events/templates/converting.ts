/** Values as a truth, an integer, a float, an index. */
import { Markup } from './containers.ts'
import { floatText, repr } from './printing.ts'
import { Undefined } from './undefined.ts'
import { isList, isObject, PythonError, typeError, typeName, type Value, valueError } from './values.ts'

export function isTrue(value: Value): boolean {
  if (isList(value)) return value.length > 0
  if (isObject(value)) return value.isTrue()
  return typeof value === 'number' ? value !== 0 : Boolean(value)
}

/** `float(value)`. */
export function toFloat(value: Value): number {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'bigint') {
    const float = Number(value)
    if (!Number.isFinite(float)) throw new PythonError('OverflowError', 'int too large to convert to float')
    return float
  }
  const text = value instanceof Markup ? value.text : value
  if (typeof text === 'string') {
    const float = floatOfText(text)
    if (float === null) throw valueError(`could not convert string to float: ${repr(value)}`)
    return float
  }
  if (value instanceof Undefined) throw value.error()
  throw typeError(`float() argument must be a string or a real number, not '${typeName(value)}'`)
}

const floatPattern = /^[+-]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?$/i
const wordPattern = /^([+-]?)(?:(inf(?:inity)?)|nan)$/i

function floatOfText(text: string): number | null {
  const trimmed = text.trim()
  if (floatPattern.test(trimmed)) return Number(trimmed.replaceAll('_', ''))
  const word = wordPattern.exec(trimmed)
  if (word === null) return null
  return word[2] === undefined ? Number.NaN : word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

/** `int(value)`, or `int(text, base)`. */
export function toInteger(value: Value, base = 10): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value === 'number') {
    if (Number.isNaN(value)) throw valueError('cannot convert float NaN to integer')
    if (!Number.isFinite(value)) throw new PythonError('OverflowError', 'cannot convert float infinity to integer')
    return BigInt(Math.trunc(value))
  }
  const text = value instanceof Markup ? value.text : value
  if (typeof text === 'string') {
    const integer = integerOfText(text, base)
    if (integer === null) throw valueError(`invalid literal for int() with base ${base}: ${repr(text)}`)
    return integer
  }
  if (value instanceof Undefined) throw value.error()
  throw typeError(`int() argument must be a string, a bytes-like object or a real number, not '${typeName(value)}'`)
}

const prefixes: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 16: '0x' }

function integerOfText(text: string, base: number): bigint | null {
  const [, sign = '', body = ''] = /^([+-]?)(.*)$/s.exec(text.trim().toLowerCase()) ?? []
  if (base === 0) {
    const found = Object.entries(prefixes).find(([, prefix]) => body.startsWith(prefix))
    return integerOfText(text, found === undefined ? 10 : Number(found[0]))
  }
  const prefix = prefixes[base]
  const digits = prefix !== undefined && body.startsWith(prefix) ? body.slice(2).replace(/^_/, '') : body
  if (!/^[0-9a-z]+(?:_[0-9a-z]+)*$/.test(digits)) return null
  let sum = 0n
  for (const digit of digits.replaceAll('_', '')) {
    const value = Number.parseInt(digit, 36)
    if (value >= base) return null
    sum = sum * BigInt(base) + BigInt(value)
  }
  return sign === '-' ? -sum : sum
}

/** An argument that must be an int. */
export function toIndex(value: Value): number {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Undefined) throw typeError("'ChainableUndefined' object cannot be interpreted as an integer")
  throw typeError(`'${typeName(value)}' object cannot be interpreted as an integer`)
}

export const isNumber = (value: Value): value is bigint | number | boolean =>
  typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean'

/** The digits of a float, with so many behind the point, rounded half to even as C does: exactly. */
export function fixed(value: number, places: number): string {
  if (!Number.isFinite(value)) return floatText(value)
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const [numerator, exponent] = decompose(Math.abs(value))
  const scale = 10n ** BigInt(places)
  let scaled: bigint
  if (exponent >= 0) scaled = numerator * 2n ** BigInt(exponent) * scale
  else {
    const divisor = 2n ** BigInt(-exponent)
    scaled = (numerator * scale) / divisor
    const twice = ((numerator * scale) % divisor) * 2n
    if (twice > divisor || (twice === divisor && scaled % 2n === 1n)) scaled += 1n
  }
  const digits = scaled.toString().padStart(places + 1, '0')
  return sign + (places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`)
}

/** value = mantissa · 2 ^ exponent */
export function decompose(value: number): readonly [bigint, number] {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, value)
  const raw = bits.getBigUint64(0)
  const exponent = Number((raw >> 52n) & 0x7ffn)
  const fraction = raw & 0xfffffffffffffn
  return exponent === 0 ? [fraction, -1074] : [fraction | 0x10000000000000n, exponent - 1075]
}
