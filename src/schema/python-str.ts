/** Python's `str` of a JSON value, for the few messages that show one. */
import { isRawNumber, type Json } from '../values/json.ts'
import { pythonRepr } from '../values/python-text.ts'

export function pythonStr(value: Json): string {
  return typeof value === 'string' ? value : repr(value)
}

function repr(value: Json): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'string') return pythonRepr(value)
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : String(value).toLowerCase().replace('infinity', 'inf')
  if (isRawNumber(value)) return value.rawJSON
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`
  return `{${Object.entries(value)
    .map(([key, each]) => `${pythonRepr(key)}: ${repr(each)}`)
    .join(', ')}}`
}
