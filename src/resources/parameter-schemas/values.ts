/** JSON Schema's view of hydrated values: their types, and when two are equal. Booleans are no numbers, 1.0 is an integer. */

import { type Hydrated, isHydratedObject, plain } from '../../events/hydration.ts'
import { pythonRepr } from '../../schema/python-str.ts'
import { isRawNumber, type RawNumber, toNumber } from '../../values/json.ts'

export const isNumber = (value: Hydrated | undefined): value is number | RawNumber => typeof value === 'number' || isRawNumber(value)

const isOfType: Record<string, (value: Hydrated) => boolean> = {
  array: (value) => Array.isArray(value),
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => isNumber(value) && Number.isInteger(toNumber(value)),
  null: (value) => value === null,
  number: isNumber,
  object: isHydratedObject,
  string: (value) => typeof value === 'string',
}

export function hasType(value: Hydrated, type: Hydrated | undefined): boolean {
  return typeof type === 'string' && (isOfType[type]?.(value) ?? false)
}

/** Numbers by value, containers by their elements. */
export function areEqual(one: Hydrated | undefined, other: Hydrated | undefined): boolean {
  if (isNumber(one) && isNumber(other)) return toNumber(one) === toNumber(other)
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((element, index) => areEqual(element, other[index]))
  }
  if (isHydratedObject(one) && isHydratedObject(other)) {
    const keys = Object.keys(one)
    return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key) && areEqual(one[key], other[key]))
  }
  return one === other
}

/** As Python's repr writes the value. */
export const repr = (value: Hydrated): string => pythonRepr(plain(value))
/** Length as Python counts it. */
export const lengthOf = (text: string): number => Array.from(text).length
