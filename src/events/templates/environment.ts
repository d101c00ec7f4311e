/** What filters and tests may know of the template that calls them. */
import { getItem } from './access.ts'
import { iterateAny, listOf, PythonIterator } from './containers.ts'
import { bind, type Parameter } from './signature.ts'
import { Undefined } from './undefined.ts'
import type { Named, Value } from './values.ts'

export interface Environment {
  /** The reference renders most templates asynchronously, where some filters give other iterators. */
  readonly isAsync: boolean
  /** Where the UI is, for links; null when nobody said. */
  readonly uiUrl: string | null
  readonly now: () => number
  /** Within `{% autoescape true %}`. */
  escapes: boolean
  filter(name: string, value: Value, positional: readonly Value[], named: Named): Value
  test(name: string, value: Value, positional: readonly Value[], named: Named): boolean
  hasFilter(name: string): boolean
  hasTest(name: string): boolean
}

/** A filter or a test: the value is the first argument. */
export type Filter = (positional: readonly Value[], named: Named, environment: Environment) => Value

/** A filter of fixed parameters, named as Python's messages name its function. */
export function filter(
  name: string,
  parameters: readonly Parameter[],
  apply: (given: readonly Value[], environment: Environment) => Value,
  hidden = 0,
): Filter {
  return (positional, named, environment) => apply(bind({ name, parameters, hidden }, positional, named), environment)
}

/** The values of an iterable; asynchronous ones too where the reference's filter awaits them. */
export function valuesOf(value: Value, environment: Environment): readonly Value[] {
  return environment.isAsync ? [...iterateAny(value)] : listOf(value)
}

/** Values that the reference gives one by one. */
export function generated(values: Iterable<Value>, isAsynchronous: boolean): PythonIterator {
  return new PythonIterator(isAsynchronous ? 'async_generator' : 'generator', values)
}

/** Looks up an attribute like `address.city`; whole numbers are indices. */
export function attributeGetter(attribute: Value, fallback: Value = null): (item: Value) => Value {
  const parts = attributeParts(attribute)
  return (item) => {
    let value = item
    for (const part of parts) {
      value = getItem(value, part)
      if (fallback !== null && value instanceof Undefined) value = fallback
    }
    return value
  }
}

export function attributeParts(attribute: Value): readonly Value[] {
  if (attribute === null) return []
  if (typeof attribute !== 'string') return [attribute]
  return attribute.split('.').map((part) => (/^\d+$/.test(part) ? BigInt(part) : part))
}

/** Texts in lower case, for comparison. */
export const ignoreCase = (value: Value): Value => (typeof value === 'string' ? value.toLowerCase() : value)
