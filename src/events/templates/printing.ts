/** `str` and `repr` of values, as Python writes them. */
import { pythonRepr } from '../../values/python-text.ts'
import { isList, type PythonError, type Value, valueError } from './values.ts'

/** Python refuses to write longer integers. */
const mostDigits = 4300

export function str(value: Value): string {
  if (typeof value === 'string') return value
  if (typeof value === 'object' && value !== null && !isList(value)) return value.str()
  return repr(value)
}

export function repr(value: Value): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'bigint') return integerText(value)
  if (typeof value === 'number') return floatText(value)
  if (typeof value === 'string') return pythonRepr(value)
  if (isList(value)) return `[${value.map(repr).join(', ')}]`
  return value.repr()
}

function integerText(value: bigint): string {
  const text = value.toString()
  if (text.length > mostDigits + 1)
    throw valueError(
      `Exceeds the limit (${mostDigits} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit`,
    )
  return text
}

/** The shortest digits that mean the number; the exponent begins at 1e16 and below 1e-4. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) return sign + pythonExponent(size.toExponential())
  return `${sign}${Number.isInteger(size) ? `${size}.0` : size}`
}

/** JavaScript writes e+5 where Python writes e+05. */
export function pythonExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2')
}

/** How Python shows an exception: `ValueError('what')`, `OverflowError(34, 'what')`. */
export function errorRepr({ type, message, argument }: PythonError): string {
  if (message === '') return `${type}()`
  const shown = repr(argument)
  return typeof argument === 'object' && argument !== null && !isList(argument) && argument.typeName === 'tuple'
    ? type + shown
    : `${type}(${shown})`
}
