/** Python's `str` and `repr` of a JSON value, for messages that show one. */
import { isRawNumber, type Json, toNumber } from '../values/json.ts'
import { pythonRepr as textRepr } from '../values/python-text.ts'

export function pythonStr(value: Json): string {
  return typeof value === 'string' ? value : pythonRepr(value)
}

export function pythonRepr(value: Json): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'string') return textRepr(value)
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : floatRepr(value)
  if (isRawNumber(value)) return /^-?\d+$/.test(value.rawJSON) ? integerRepr(value.rawJSON) : floatRepr(toNumber(value))
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`
  return `{${Object.entries(value)
    .map(([key, each]) => `${textRepr(key)}: ${pythonRepr(each)}`)
    .join(', ')}}`
}

const integerRepr = (digits: string): string => (digits === '-0' ? '0' : digits)

/** The shortest digits that mean the number, as in JavaScript; the exponent begins at 1e16 and below 1e-4. */
function floatRepr(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) {
    const [digits, exponent = '+0'] = size.toExponential().split('e')
    return `${sign}${digits}e${exponent.charAt(0)}${exponent.slice(1).padStart(2, '0')}`
  }
  return `${sign}${Number.isInteger(size) ? `${size}.0` : size}`
}
