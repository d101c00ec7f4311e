/** The formats that the reference's environment can check; all others are taken as they are. */
import { isIPv4, isIPv6 } from 'node:net'
import { compilePattern } from './patterns.ts'

const dateTime = /^(\d{4})-(0[1-9]|1[0-2])-(\d{2})T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/

const checks: Record<string, (text: string) => boolean> = {
  email: (text) => text.includes('@'),
  'idn-email': (text) => text.includes('@'),
  ipv4: isIPv4,
  ipv6: (text) => isIPv6(text) && !text.includes('%'),
  'date-time': (text) => isDateTime(text.toUpperCase()),
  time: (text) => isDateTime(`1970-01-01T${text}`.toUpperCase()),
  date: isDate,
  regex: (text) => compilePattern(text) !== null,
  'json-pointer': (text) => text === '' || (text.startsWith('/') && !/~(?![01])/.test(text)),
  uuid: (text) => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text),
}

/** Whether the text is not of the format. */
export function formatProblem(format: string, text: string): boolean {
  const isValid = Object.hasOwn(checks, format) ? checks[format] : undefined
  return isValid !== undefined && !isValid(text)
}

function isDateTime(text: string): boolean {
  return dateTime.test(text) && isDate(text.slice(0, 10))
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text.startsWith('0000')) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}
