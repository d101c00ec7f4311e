/** Python's operators on values. */
import { Markup, Tuple } from './containers.ts'
import { fixed, isNumber, toFloat, toIndex, toInteger } from './converting.ts'
import { escapeHtml } from './html.ts'
import type { BinaryOperator } from './nodes.ts'
import { percentFormat } from './percent-format.ts'
import { Undefined } from './undefined.ts'
import { isList, isObject, PythonError, PythonObject, typeError, typeName, type Value } from './values.ts'

/** Numbers and texts beyond these are refused: they would only exhaust memory. */
const mostBits = 1_000_000
const mostLength = 10_000_000

export const memoryError = (): PythonError => new PythonError('MemoryError', '')
const divisionByZero = (message: string): PythonError => new PythonError('ZeroDivisionError', message)

/** An object that takes part in `+` and `-`: instants, spans of time. */
export abstract class Arithmetical extends PythonObject {
  /** Null when it does not know the other. */
  abstract operate(operator: BinaryOperator, other: Value, isReversed: boolean): Value | null
}

export function binary(operator: BinaryOperator, left: Value, right: Value): Value {
  for (const side of [left, right])
    if (side instanceof Undefined && !(operator === '%' && isText(left) && side === right)) throw side.error()
  if (isNumber(left) && isNumber(right)) return onNumbers(operator, left, right)
  if (left instanceof Arithmetical) {
    const found = left.operate(operator, right, false)
    if (found !== null) return found
  }
  if (right instanceof Arithmetical) {
    const found = right.operate(operator, left, true)
    if (found !== null) return found
  }
  const found = operator === '+' ? add(left, right) : operator === '*' ? (repeat(left, right) ?? repeat(right, left)) : null
  if (found !== null) return found
  if (operator === '%' && isText(left)) return percentFormat(left, right)
  if (operator === '+') refuseAddition(left, right)
  const name = operator === '**' ? '** or pow()' : operator
  if (operator === '*' && (isSequence(left) || isSequence(right)))
    throw typeError(`can't multiply sequence by non-int of type '${typeName(isSequence(left) ? right : left)}'`)
  throw typeError(`unsupported operand type(s) for ${name}: '${typeName(left)}' and '${typeName(right)}'`)
}

const isText = (value: Value): value is string | Markup => typeof value === 'string' || value instanceof Markup
const isSequence = (value: Value): boolean => isText(value) || isList(value) || value instanceof Tuple

function refuseAddition(left: Value, right: Value): void {
  if (isText(left)) throw typeError(`can only concatenate str (not "${typeName(right)}") to str`)
  if (isList(left) || left instanceof Tuple) {
    const name = typeName(left)
    throw typeError(`can only concatenate ${name} (not "${typeName(right)}") to ${name}`)
  }
}

function add(left: Value, right: Value): Value | null {
  if (typeof left === 'string' && typeof right === 'string') return left + right
  if (left instanceof Markup && (isText(right) || hasHtml(right))) return new Markup(left.text + escapeHtml(right))
  if (right instanceof Markup && typeof left === 'string') return new Markup(escapeHtml(left) + right.text)
  if (isList(left) && isList(right)) return [...left, ...right]
  if (left instanceof Tuple && right instanceof Tuple) return new Tuple([...left.items, ...right.items])
  return null
}

export const hasHtml = (value: Value): boolean => value instanceof Markup || value instanceof Undefined

function repeat(value: Value, times: Value): Value | null {
  if (typeof times !== 'bigint' && typeof times !== 'boolean') return null
  const count = Math.max(0, toIndex(times))
  const length =
    typeof value === 'string'
      ? value.length
      : value instanceof Markup
        ? value.text.length
        : isList(value)
          ? value.length
          : value instanceof Tuple
            ? value.items.length
            : 0
  if (length * count > mostLength) throw memoryError()
  if (typeof value === 'string') return value.repeat(count)
  if (value instanceof Markup) return new Markup(value.text.repeat(count))
  const items = isList(value) ? value : value instanceof Tuple ? value.items : null
  if (items === null) return null
  const repeated = Array.from({ length: count }, () => items).flat()
  return isList(value) ? repeated : new Tuple(repeated)
}

type Numeric = bigint | number | boolean

function onNumbers(operator: BinaryOperator, left: Numeric, right: Numeric): Value {
  const [a, b] = [typeof left === 'boolean' ? BigInt(left) : left, typeof right === 'boolean' ? BigInt(right) : right]
  if (typeof a === 'bigint' && typeof b === 'bigint') return onIntegers(operator, a, b)
  return onFloats(operator, toFloat(a), toFloat(b))
}

function onIntegers(operator: BinaryOperator, a: bigint, b: bigint): Value {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      if (bits(a) + bits(b) > mostBits) throw memoryError()
      return a * b
    case '/':
      if (b === 0n) throw divisionByZero('division by zero')
      return divideIntegers(a, b)
    case '//':
      if (b === 0n) throw divisionByZero('integer division or modulo by zero')
      return floorDivide(a, b)
    case '%':
      if (b === 0n) throw divisionByZero('integer modulo by zero')
      return a - floorDivide(a, b) * b
    case '**':
      if (b < 0n) {
        if (a === 0n) throw divisionByZero('0.0 cannot be raised to a negative power')
        return toFloat(a) ** Number(b)
      }
      if (a !== 0n && a !== 1n && a !== -1n && bits(a) * Number(b) > mostBits) throw memoryError()
      return a ** b
  }
}

const bits = (value: bigint): number => value.toString(16).length * 4

export function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient
}

function divideIntegers(a: bigint, b: bigint): number {
  if (bits(a) <= 52 && bits(b) <= 52) return Number(a) / Number(b)
  // Scaled so that the quotient has more digits than a float can hold.
  const shift = BigInt(Math.max(0, 70 - bits(a) + bits(b)))
  const quotient = Number((a << shift) / b) / 2 ** Number(shift)
  if (!Number.isFinite(quotient)) throw new PythonError('OverflowError', 'integer division result too large for a float')
  return quotient
}

function onFloats(operator: BinaryOperator, a: number, b: number): Value {
  if ((operator === '/' || operator === '//' || operator === '%') && b === 0)
    throw divisionByZero(operator === '/' ? 'float division by zero' : operator === '//' ? 'float floor division by zero' : 'float modulo')
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '//':
      return Math.floor((a - modulo(a, b)) / b + 0.5) || 0
    case '%':
      return modulo(a, b)
    case '**': {
      if (a === 0 && b < 0) throw divisionByZero('0.0 cannot be raised to a negative power')
      const power = a ** b
      if (!Number.isFinite(power) && Number.isFinite(a) && Number.isFinite(b))
        throw new PythonError('OverflowError', "(34, 'Numerical result out of range')", new Tuple([34n, 'Numerical result out of range']))
      return power
    }
  }
}

function modulo(a: number, b: number): number {
  const rest = a % b
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest
}

export function negate(value: Value, sign: '+' | '-'): Value {
  if (value instanceof Undefined) throw value.error()
  if (typeof value === 'boolean') return sign === '-' ? -BigInt(value) : BigInt(value)
  if (typeof value === 'bigint' || typeof value === 'number') return sign === '-' ? -value : value
  if (value instanceof Arithmetical) {
    const found = value.operate(sign === '-' ? '-' : '+', null, true)
    if (found !== null) return found
  }
  throw typeError(`bad operand type for unary ${sign}: '${typeName(value)}'`)
}

/** `round(value, places)`. */
export function round(value: Value, places: bigint | null): Value {
  if (typeof value === 'bigint' || typeof value === 'boolean') {
    const integer = BigInt(value)
    if (places === null || places >= 0n) return integer
    const unit = 10n ** -places
    const below = floorDivide(integer, unit)
    const twice = (integer - below * unit) * 2n
    return (twice > unit || (twice === unit && below % 2n !== 0n) ? below + 1n : below) * unit
  }
  if (value instanceof Undefined || typeof value !== 'number') throw typeError(`type ${typeName(value)} doesn't define __round__ method`)
  if (places === null) return Number.isFinite(value) ? BigInt(fixed(value, 0)) : toInteger(value)
  if (!Number.isFinite(value)) return value
  if (places < 0n) return Number(round(BigInt(Math.trunc(value)), places))
  return places > 30n ? value : Number(fixed(value, Number(places)))
}

/** `left in right`. */
export function contains(
  container: Value,
  value: Value,
  iterate: (value: Value) => Iterable<Value>,
  equal: (a: Value, b: Value) => boolean,
): boolean {
  if (isText(container)) {
    if (value instanceof Undefined || !isText(value))
      throw typeError(`'in <string>' requires string as left operand, not ${typeName(value)}`)
    return (container instanceof Markup ? container.text : container).includes(value instanceof Markup ? value.text : value)
  }
  const found = isObject(container) ? container.contains(value) : null
  if (found !== null) return found
  if (!isList(container) && isObject(container) && container.iterate() === null)
    throw typeError(`argument of type '${typeName(container)}' is not iterable`)
  if (!isList(container) && !isObject(container)) throw typeError(`argument of type '${typeName(container)}' is not iterable`)
  for (const each of iterate(container)) if (equal(each, value)) return true
  return false
}
