/** Equality, order and hashes of values. */
import { isList, isObject, PythonObject, typeError, typeName, type Value } from './values.ts'

const asNumber = (value: Value): number | bigint | undefined => {
  if (typeof value === 'boolean') return value ? 1n : 0n
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined
}

export function equals(left: Value, right: Value): boolean {
  const [a, b] = [asNumber(left), asNumber(right)]
  // biome-ignore lint/suspicious/noDoubleEquals: compares ints with floats, exactly
  if (a !== undefined && b !== undefined) return a == b
  if (left instanceof PythonObject) return left.equals(right)
  if (right instanceof PythonObject) return right.equals(left)
  if (isList(left) && isList(right)) return left.length === right.length && left.every((each, index) => equals(each, right[index] ?? null))
  return left === right
}

export type OrderOperator = '<' | '<=' | '>' | '>='

/** Negative, zero or positive; NaN when neither is before the other. */
export function order(left: Value, right: Value, operator: OrderOperator): number {
  const found = tryOrder(left, right, operator)
  if (found === null) throw typeError(`'${operator}' not supported between instances of '${typeName(left)}' and '${typeName(right)}'`)
  return found
}

function tryOrder(left: Value, right: Value, operator: OrderOperator): number | null {
  const [a, b] = [asNumber(left), asNumber(right)]
  if (a !== undefined && b !== undefined) return a < b ? -1 : a > b ? 1 : Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : 0
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right)
  if (isList(left) && isList(right)) return orderOfLists(left, right, operator)
  if (isObject(left)) return left.compare(right)
  if (!isObject(right)) return null
  const reversed = right.compare(left)
  return reversed === null ? null : -reversed
}

function orderOfLists(left: readonly Value[], right: readonly Value[], operator: OrderOperator): number {
  for (const [index, value] of left.entries()) {
    const other = right[index]
    if (other === undefined) return 1
    if (!equals(value, other)) return order(value, other, operator)
  }
  return left.length - right.length
}

/** By code points, as Python does. */
function compareText(left: string, right: string): number {
  const [a, b] = [Array.from(left), Array.from(right)]
  for (const [index, character] of a.entries()) {
    const difference = (character.codePointAt(0) ?? 0) - (b[index]?.codePointAt(0) ?? -1)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Equal texts for equal values; null for what has no hash. */
export function hashKey(value: Value): string | null {
  const number = asNumber(value)
  if (number !== undefined) return `number:${number}`
  if (typeof value === 'string') return `text:${value}`
  if (value === null) return 'none'
  return value instanceof PythonObject ? value.hashKey() : null
}

/** Stable sort. */
export function sorted(values: readonly Value[], key: (value: Value) => Value, reverse: boolean): Value[] {
  const keyed = values.map((value): [Value, Value] => [key(value), value])
  const by = (a: readonly [Value, Value], b: readonly [Value, Value]): number => order(a[0], b[0], '<')
  // Python's sort looks at (later, earlier): what its error names first is the later of two.
  if (keyed.length > 1)
    for (let index = 1; index < keyed.length; index++) order(keyed[index]?.[0] ?? null, keyed[index - 1]?.[0] ?? null, '<')
  return (reverse ? keyed.reverse().sort(by).reverse() : keyed.sort(by)).map(([, value]) => value)
}
