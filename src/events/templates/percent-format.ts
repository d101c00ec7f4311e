/** `'%s and %d' % values`. */
import { Dict, keyError, Markup, Tuple } from './containers.ts'
import { fixed, toFloat, toIndex } from './converting.ts'
import { escapeHtml } from './html.ts'
import { pythonExponent, repr, str } from './printing.ts'
import { Undefined } from './undefined.ts'
import { isList, PythonObject, typeError, typeName, type Value, valueError } from './values.ts'

const directive = /%(?:\(([^)]*)\))?([#0\- +]*)(\*|\d+)?(?:\.(\*|\d+)?)?[hlL]?([\s\S])?/g

export function percentFormat(format: string | Markup, given: Value): Value {
  const text = format instanceof Markup ? format.text : format
  const shown = new Formatting(given, format instanceof Markup).apply(text)
  return format instanceof Markup ? new Markup(shown) : shown
}

interface Directive {
  flags: string
  width: number
  precision: number | null
}

class Formatting {
  readonly #given: Value
  readonly #escapes: boolean
  readonly #values: readonly Value[]
  #next = 0

  constructor(given: Value, escapes: boolean) {
    this.#given = given
    this.#escapes = escapes
    this.#values = given instanceof Tuple ? given.items : [given]
  }

  apply(format: string): string {
    let usesNames = false
    const shown = format.replaceAll(
      directive,
      (
        whole,
        name: string | undefined,
        flags: string,
        width: string | undefined,
        precision: string | undefined,
        type: string | undefined,
        offset: number,
      ) => {
        if (type === undefined) throw valueError('incomplete format')
        if (type === '%') return '%'
        if (name !== undefined) usesNames = true
        const options: Directive = {
          flags,
          width: this.#size(width) ?? 0,
          precision: whole.includes('.') ? (this.#size(precision) ?? 0) : null,
        }
        const value = name === undefined ? this.#take() : this.#named(name)
        return this.#show(value, type, options, offset + whole.length - 1)
      },
    )
    const isMapping =
      !(this.#given instanceof Tuple) && (isList(this.#given) || this.#given instanceof PythonObject) && !(this.#given instanceof Markup)
    if (this.#next < this.#values.length && !usesNames && !isMapping)
      throw typeError('not all arguments converted during string formatting')
    return shown
  }

  #size(text: string | undefined): number | null {
    if (text !== '*') return text === undefined ? null : Number(text)
    return toIndex(this.#take())
  }

  #take(): Value {
    const value = this.#values[this.#next++]
    if (value === undefined) throw typeError('not enough arguments for format string')
    return value
  }

  #named(name: string): Value {
    if (this.#given instanceof Undefined) return this.#given
    if (!(this.#given instanceof Dict)) throw typeError('format requires a mapping')
    const value = this.#given.get(name)
    if (value === undefined) throw keyError(name)
    return value
  }

  #show(value: Value, type: string, { flags, width, precision }: Directive, index: number): string {
    const isNumeric = !'sracb'.includes(type)
    const shown = isNumeric ? numberText(value, type, flags, precision) : this.#text(value, type, precision)
    if (flags.includes('-')) return shown.padEnd(width)
    if (!flags.includes('0') || !isNumeric) return shown.padStart(width)
    const [, head = '', digits = ''] = /^([+\- ]?(?:0[xXo])?)(.*)$/s.exec(shown) ?? []
    if (index < 0) return shown
    return head + digits.padStart(width - head.length, '0')
  }

  #text(value: Value, type: string, precision: number | null): string {
    if (type === 'c') {
      if (typeof value === 'bigint') return String.fromCodePoint(Number(value))
      if (typeof value === 'string' && Array.from(value).length === 1) return value
      throw typeError('%c requires int or char')
    }
    const plain = type === 's' ? (this.#escapes ? escapeHtml(value) : str(value)) : repr(value)
    return precision === null ? plain : Array.from(plain).slice(0, precision).join('')
  }
}

function numberText(value: Value, type: string, flags: string, precision: number | null): string {
  const kind = type.toLowerCase()
  const unsigned = 'diuxo'.includes(kind) ? integerText(value, type, flags, precision) : floatText(value, type, precision, flags)
  if (unsigned.startsWith('-')) return unsigned
  return flags.includes('+') ? `+${unsigned}` : flags.includes(' ') ? ` ${unsigned}` : unsigned
}

function integerText(value: Value, type: string, flags: string, precision: number | null): string {
  if (typeof value === 'number' && (type === 'x' || type === 'X' || type === 'o'))
    throw typeError(`%${type} format: an integer is required, not float`)
  if (typeof value !== 'bigint' && typeof value !== 'boolean' && typeof value !== 'number')
    throw typeError(
      `%${type} format: ${type === 'd' || type === 'i' || type === 'u' ? 'a real number' : 'an integer'} is required, not ${typeName(value)}`,
    )
  if (typeof value === 'number' && !Number.isFinite(value)) throw valueError('cannot convert float NaN to integer')
  const integer = typeof value === 'number' ? BigInt(Math.trunc(value)) : BigInt(value)
  const size = integer < 0n ? -integer : integer
  const base = type === 'x' || type === 'X' ? 16 : type === 'o' ? 8 : 10
  const digits = size.toString(base).padStart(precision ?? 0, '0')
  const prefix = flags.includes('#') ? (base === 16 ? '0x' : base === 8 ? '0o' : '') : ''
  const text = `${integer < 0n ? '-' : ''}${prefix}${digits}`
  return type === 'X' ? text.toUpperCase() : text
}

function floatText(value: Value, type: string, precision: number | null, flags: string): string {
  if (!'efgEFG'.includes(type)) throw valueError(`unsupported format character '${type}' (0x${type.charCodeAt(0).toString(16)}) at index 1`)
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'boolean')
    throw typeError(`must be real number, not ${typeName(value)}`)
  const text = floatByType(toFloat(value), type.toLowerCase(), precision ?? 6, flags.includes('#'))
  return type === type.toUpperCase() ? text.toUpperCase() : text
}

/** A float as the presentation types e, f and g show it. */
export function floatByType(value: number, type: string, precision: number, keepsZeros = false): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf'
  if (type === 'f') return fixed(value, precision)
  const exponential = (places: number): string => {
    const text = Math.min(places, 100) === places ? value.toExponential(places) : value.toExponential(100)
    return pythonExponent(Object.is(value, -0) ? `-${text}` : text)
  }
  if (type === 'e') return exponential(precision)
  const significant = precision === 0 ? 1 : precision
  const exponent = value === 0 ? 0 : Number(value.toExponential(significant - 1).split('e')[1])
  const isShort = exponent >= -4 && exponent < significant
  const text = isShort ? fixed(value, significant - 1 - exponent) : exponential(significant - 1)
  return keepsZeros ? text : text.replace(/(\.\d*?)0+(?=$|e)/, '$1').replace(/\.(?=$|e)/, '')
}
