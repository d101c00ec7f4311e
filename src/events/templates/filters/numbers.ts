/** Filters of numbers. */
import { binary, round } from '../arithmetic.ts'
import { Markup } from '../containers.ts'
import { toFloat, toIndex, toInteger } from '../converting.ts'
import { Span } from '../dates.ts'
import { type Filter, filter } from '../environment.ts'
import { PythonError, typeError, typeName, type Value } from '../values.ts'
import { filterArgumentError } from './texts.ts'

const none: Value = null

/** The first that raises none of the errors. */
function trying(attempt: () => Value, errors: readonly string[], otherwise: () => Value): Value {
  try {
    return attempt()
  } catch (error) {
    if (error instanceof PythonError && errors.includes(error.type)) return otherwise()
    throw error
  }
}

export const numberFilters: Readonly<Record<string, Filter>> = {
  abs: filter('abs', ['x'], ([value = none]) => {
    if (typeof value === 'number') return Math.abs(value)
    if (typeof value === 'bigint' || typeof value === 'boolean') return BigInt(value) < 0n ? -BigInt(value) : BigInt(value)
    if (value instanceof Span) return new Span(Math.abs(value.microseconds))
    throw typeError(`bad operand type for abs(): '${typeName(value)}'`)
  }),
  float: filter('do_float', ['value', ['default', 0]], ([value = none, otherwise = none]) =>
    trying(
      () => toFloat(value),
      ['TypeError', 'ValueError'],
      () => otherwise,
    ),
  ),
  int: filter('do_int', ['value', ['default', 0n], ['base', 10n]], ([value = none, otherwise = none, base = none]) =>
    trying(
      () => (typeof value === 'string' || value instanceof Markup ? toInteger(value, toIndex(base)) : toInteger(value)),
      ['TypeError', 'ValueError'],
      () =>
        trying(
          () => toInteger(toFloat(value)),
          ['TypeError', 'ValueError', 'OverflowError'],
          () => otherwise,
        ),
    ),
  ),
  round: filter('do_round', ['value', ['precision', 0n], ['method', 'common']], ([value = none, precision = none, method = none]) => {
    if (method !== 'common' && method !== 'ceil' && method !== 'floor') throw filterArgumentError('method must be common, ceil or floor')
    if (method === 'common') return round(value, precision === null ? null : BigInt(toIndex(precision)))
    const scale = binary('**', 10n, precision)
    const scaled = binary('*', value, scale)
    if (typeof scaled === 'string' || typeof scaled === 'object') throw typeError(`must be real number, not ${typeName(scaled)}`)
    const whole = typeof scaled === 'number' ? toInteger(method === 'ceil' ? Math.ceil(scaled) : Math.floor(scaled)) : BigInt(scaled)
    return binary('/', whole, scale)
  }),
}
