/** `format(value, spec)`: the small language behind `'{:>8,.2f}'`. */
import { Markup } from './containers.ts'
import { toFloat } from './converting.ts'
import { floatByType } from './percent-format.ts'
import { floatText, str } from './printing.ts'
import { PythonObject, typeError, typeName, type Value, valueError } from './values.ts'

/** An object with a format of its own (instants: strftime). */
export abstract class Formattable extends PythonObject {
  abstract format(spec: string): string
}

interface Spec {
  fill: string
  align: string
  sign: string
  alternate: boolean
  width: number
  grouping: string
  precision: number | null
  type: string
}

const pattern = /^(?:([\s\S])?([<>=^]))?([+\- ])?z?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/u

export function formatValue(value: Value, spec: string): string {
  if (value !== null && value instanceof PythonObject && 'format' in value && typeof value.format === 'function')
    return String(value.format(spec))
  if (spec === '') return str(value)
  const isPlain =
    typeof value === 'string' ||
    typeof value === 'bigint' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    value instanceof Markup
  if (!isPlain) throw typeError(`unsupported format string passed to ${typeName(value)}.__format__`)
  const found = pattern.exec(spec)
  if (found === null) throw valueError('Invalid format specifier')
  const [, fill, align, sign = '', alternate, zero, width = '0', grouping = '', precision, type = ''] = found
  const options: Spec = {
    fill: fill ?? (zero === undefined || align !== undefined ? ' ' : '0'),
    align: align ?? (zero === undefined ? '' : '='),
    sign,
    alternate: alternate !== undefined,
    width: Number(width),
    grouping,
    precision: precision === undefined ? null : Number(precision),
    type,
  }
  return typeof value === 'string' || value instanceof Markup ? formatText(str(value), options) : formatNumber(value, options)
}

function formatText(text: string, { fill, align, sign, width, grouping, precision, type }: Spec): string {
  if (type !== '' && type !== 's') throw valueError(`Unknown format code '${type}' for object of type 'str'`)
  if (sign !== '') throw valueError('Sign not allowed in string format specifier')
  if (grouping !== '') throw valueError(`Cannot specify '${grouping}' with 's'.`)
  if (align === '=') throw valueError("'=' alignment not allowed in string format specifier")
  const shown = precision === null ? text : Array.from(text).slice(0, precision).join('')
  return padded('', shown, fill, align === '' ? '<' : align, width)
}

const integerTypes = new Set(['b', 'c', 'd', 'o', 'x', 'X', 'n'])
const bases: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16, X: 16 }

function formatNumber(value: bigint | number | boolean, spec: Spec): string {
  const { type } = spec
  if (typeof value === 'boolean' && type === '') return formatNumber(value ? 1n : 0n, spec)
  if (typeof value !== 'number' && (type === '' || integerTypes.has(type))) return formatInteger(BigInt(value), spec)
  if (type !== '' && !'eEfFgGn%'.includes(type)) throw valueError(`Unknown format code '${type}' for object of type '${typeName(value)}'`)
  return formatFloat(toFloat(value), spec)
}

function formatInteger(value: bigint, spec: Spec): string {
  const { type, alternate, precision } = spec
  if (precision !== null) throw valueError('Precision not allowed in integer format specifier')
  const size = value < 0n ? -value : value
  if (type === 'c') return padded('', String.fromCodePoint(Number(value)), spec.fill, spec.align === '' ? '<' : spec.align, spec.width)
  const base = bases[type] ?? 10
  const digits = size.toString(base)
  const prefix = alternate && base !== 10 ? `0${type}` : ''
  return numeric(value < 0n, type === 'X' ? digits.toUpperCase() : digits, prefix, spec, base === 10 ? 3 : 4)
}

function formatFloat(value: number, spec: Spec): string {
  const { type, precision } = spec
  const size = Math.abs(value)
  let digits: string
  if (type === '%') digits = `${floatByType(size * 100, 'f', precision ?? 6)}%`
  else if (type === '' && precision === null) digits = floatText(size)
  else if (type === '') digits = shortGeneral(size, precision ?? 12)
  else digits = floatByType(size, type === 'n' ? 'g' : type.toLowerCase(), precision ?? 6, spec.alternate)
  return numeric(
    value < 0 || Object.is(value, -0),
    type === 'E' || type === 'G' || type === 'F' ? digits.toUpperCase() : digits,
    '',
    spec,
    3,
  )
}

/** Without a type a float keeps one digit behind the point. */
function shortGeneral(value: number, precision: number): string {
  const exponent = value === 0 ? 0 : Number(value.toExponential(Math.max(0, precision - 1)).split('e')[1])
  // As type g, but the exponent starts one place earlier.
  if (exponent >= precision - 1 && exponent >= -4 && value !== 0)
    return floatByType(value, 'e', Math.max(0, precision - 1))
      .replace(/(\.\d*?)0+(?=e)/, '$1')
      .replace(/\.(?=e)/, '')
  const text = floatByType(value, 'g', precision)
  return /^\d+$/.test(text) ? `${text}.0` : text
}

function numeric(
  isNegative: boolean,
  digits: string,
  prefix: string,
  { sign, fill, align, width, grouping }: Spec,
  groupSize: number,
): string {
  const head = `${isNegative ? '-' : sign === '-' ? '' : sign}${prefix}`
  const [, whole = '', rest = ''] = /^([0-9a-fA-F]*)(.*)$/s.exec(digits) ?? []
  if (grouping === '') return padded(head, digits, fill, align === '' ? '>' : align, width)
  const filled = align === '=' && fill === '0' ? zeroFilled(whole, width - head.length - rest.length, groupSize) : whole
  const grouped = filled.replaceAll(new RegExp(`\\B(?=(?:[0-9a-fA-F]{${groupSize}})+$)`, 'g'), grouping)
  return padded(head, grouped + rest, fill, align === '' ? '>' : align, width)
}

function zeroFilled(digits: string, width: number, groupSize: number): string {
  let filled = digits
  while (filled.length + Math.floor((filled.length - 1) / groupSize) < width) filled = `0${filled}`
  return filled
}

function padded(head: string, body: string, fill: string, align: string, width: number): string {
  const missing = Math.max(0, width - Array.from(head + body).length)
  if (align === '=') return head + fill.repeat(missing) + body
  if (align === '<') return head + body + fill.repeat(missing)
  if (align === '>') return fill.repeat(missing) + head + body
  const left = Math.floor(missing / 2)
  return fill.repeat(left) + head + body + fill.repeat(missing - left)
}
