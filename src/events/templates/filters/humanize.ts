/** The filters of jinja2-humanize-extension that deal with numbers; those of times are in humanize-times.ts. */

import { lookup } from '../access.ts'
import { order } from '../comparing.ts'
import { Tuple } from '../containers.ts'
import { fixed, isNumber, isTrue, toFloat, toIndex, toInteger } from '../converting.ts'
import { type Filter, filter } from '../environment.ts'
import { formatValue } from '../format-spec.ts'
import { floatByType, percentFormat } from '../percent-format.ts'
import { str } from '../printing.ts'
import { formatText } from '../text-format.ts'
import { PythonError, typeError, typeName, type Value } from '../values.ts'

const none: Value = null

/** What comes of a number; what is none is shown as it is. */
function numeric(value: Value, show: () => Value): Value {
  try {
    const special = notFinite(value)
    return special ?? show()
  } catch (error) {
    if (error instanceof PythonError && (error.type === 'TypeError' || error.type === 'ValueError')) return str(value)
    throw error
  }
}

function notFinite(value: Value): string | null {
  const float = toFloat(value)
  return Number.isNaN(float) ? 'NaN' : float === Number.POSITIVE_INFINITY ? '+Inf' : float === Number.NEGATIVE_INFINITY ? '-Inf' : null
}

/** With commas between thousands. */
export function intComma(value: Value, digits: Value): string {
  const spec = digits === null ? ',' : `,.${toIndex(digits)}f`
  return str(
    numeric(value, () => {
      if (typeof value !== 'string') return formatValue(isNumber(value) ? value : toFloat(value), spec)
      const plain = value.replaceAll(',', '')
      return formatValue(plain.includes('.') ? toFloat(plain) : toInteger(plain), spec)
    }),
  )
}

const ordinals = ['th', 'st', 'nd', 'rd', 'th', 'th', 'th', 'th', 'th', 'th']
const small = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']
const bigWords = [
  'thousand',
  'million',
  'billion',
  'trillion',
  'quadrillion',
  'quintillion',
  'sextillion',
  'septillion',
  'octillion',
  'nonillion',
  'decillion',
  'googol',
]
const powers = [3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 100].map((exponent) => 10n ** BigInt(exponent))

function ordinal(value: Value): Value {
  return numeric(value, () => {
    const integer = toInteger(value)
    const [hundred, ten] = [Number(((integer % 100n) + 100n) % 100n), Number(((integer % 10n) + 10n) % 10n)]
    return `${integer}${ordinals[hundred >= 11 && hundred <= 13 ? 0 : ten]}`
  })
}

const percent = (format: Value, value: number): string => str(percentFormat(str(format), new Tuple([value])))

function intWord(value: Value, format: Value): Value {
  return numeric(value, () => {
    const given = toInteger(value)
    const size = given < 0n ? -given : given
    const sign = given < 0n ? '-' : ''
    if (size < 1000n) return `${sign}${size}`
    let index = powers.findLastIndex((power) => power <= size)
    let rounded = toFloat(percent(format, Number(size) / Number(powers[index])))
    const next = powers[index + 1]
    if (next !== undefined && rounded === Number(next / (powers[index] ?? 1n))) {
      index++
      rounded = 1
    }
    return `${sign}${percent(format, rounded)} ${bigWords[index]}`
  })
}

function fractional(value: Value): Value {
  return numeric(value, () => {
    const number = toFloat(value)
    const whole = Math.trunc(number)
    const [numerator, denominator] = nearestFraction(number - whole, 1000)
    if (denominator === 1) return fixed(whole + numerator, 0)
    return whole === 0 ? `${numerator}/${denominator}` : `${fixed(whole, 0)} ${Math.abs(numerator)}/${denominator}`
  })
}

/** By continued fractions: the nearest with a denominator up to the limit. */
function nearestFraction(value: number, limit: number): readonly [number, number] {
  let [p0, q0, p1, q1] = [0, 1, 1, 0]
  let rest = Math.abs(value)
  for (;;) {
    const whole = Math.floor(rest)
    const q2 = q0 + whole * q1
    if (q2 > limit) break
    ;[p0, q0, p1, q1] = [p1, q1, p0 + whole * p1, q2]
    if (rest - whole < 1e-12) break
    rest = 1 / (rest - whole)
  }
  const k = q1 === 0 ? 0 : Math.floor((limit - q0) / q1)
  const [a, b] = [p0 + k * p1, q0 + k * q1]
  const isFirst = b > 0 && Math.abs(a / b - Math.abs(value)) < Math.abs(p1 / q1 - Math.abs(value))
  const [numerator, denominator] = isFirst ? [a, b] : [p1, q1]
  return [value < 0 ? -numerator : numerator, denominator]
}

const superscripts: Readonly<Record<string, string>> = {
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
  '-': '⁻',
}

function scientific(value: Value, precision: Value): Value {
  return numeric(value, () => {
    const [mantissa = '', exponent = '0'] = floatByType(toFloat(value), 'e', Number(toInteger(precision))).split('e')
    return `${mantissa} x 10${Array.from(String(Number(exponent)))
      .map((digit) => superscripts[digit] ?? digit)
      .join('')}`
  })
}

function clamp([value = none, floor = none, ceil = none, format = none, floorToken = none, ceilToken = none]: readonly Value[]): Value {
  if (value === null) return null
  if (!isNumber(value)) throw typeError(`must be real number, not ${typeName(value)}`)
  const special = notFinite(value)
  if (special !== null) return special
  const [shown, token] =
    floor !== null && order(value, floor, '<') < 0
      ? [floor, floorToken]
      : ceil !== null && order(value, ceil, '>') > 0
        ? [ceil, ceilToken]
        : [value, '']
  return str(token) + formatText(str(format), [shown], new Map(), lookup)
}

function metric(value: Value, unit: Value, precision: Value): Value {
  if (!isNumber(value)) throw typeError(`must be real number, not ${typeName(value)}`)
  const special = notFinite(value)
  if (special !== null) return special
  let scaled = toFloat(value)
  let exponent = scaled === 0 ? 0 : Math.floor(Math.log10(Math.abs(scaled)))
  if (exponent >= 33 || exponent < -30) return str(scientific(value, BigInt(toIndex(precision) - 1))) + str(unit)
  const modulo = (): number => ((exponent % 3) + 3) % 3
  const digits = (): number => Math.max(0, toIndex(precision) - modulo() - 1)
  const bucket = (): number => Math.floor(exponent / 3) * 3
  const old = bucket()
  scaled /= 10 ** old
  if (exponent < 30 && Number(fixed(Math.abs(scaled), digits())) >= 10 ** (modulo() + 1)) {
    exponent++
    scaled /= 10 ** (bucket() - old)
  }
  const prefix =
    exponent >= 3
      ? 'kMGTPEZYRQ'.charAt(Math.floor(exponent / 3) - 1)
      : exponent < 0
        ? 'mμnpfazyrq'.charAt(Math.floor((-exponent - 1) / 3))
        : ''
  const space = (str(unit) === '' && prefix === '') || ['°', '′', '″'].includes(str(unit)) ? '' : ' '
  return `${fixed(scaled, digits())}${space}${prefix}${str(unit)}`
}

const sizes = {
  decimal: ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB', 'RB', 'QB'],
  binary: ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB', 'RiB', 'QiB'],
  gnu: Array.from('KMGTPEZYRQ'),
}

function naturalSize(value: Value, isBinary: boolean, isGnu: boolean, format: Value): Value {
  const suffixes = isGnu ? sizes.gnu : isBinary ? sizes.binary : sizes.decimal
  const base = isGnu || isBinary ? 1024 : 1000
  const bytes = toFloat(value)
  const size = Math.abs(bytes)
  if (size === 1 && !isGnu) return `${Math.trunc(bytes)} Byte`
  if (size < base) return isGnu ? `${Math.trunc(bytes)}B` : `${Math.trunc(bytes)} Bytes`
  let exponent = Math.trunc(Math.min(Math.log(size) / Math.log(base), suffixes.length))
  if (exponent < suffixes.length && Math.abs(toFloat(percent(format, size / base ** exponent))) >= base) exponent++
  return `${percent(format, bytes / base ** exponent)}${isGnu ? '' : ' '}${suffixes[exponent - 1]}`
}

export const humanizeNumbers: Readonly<Record<string, Filter>> = {
  humanize_ordinal: filter('humanize_ordinal', ['value', ['gender', 'male']], ([value = none]) => ordinal(value), 1),
  humanize_intcomma: filter(
    'humanize_intcomma',
    ['value', ['ndigits', null]],
    ([value = none, digits = none]) => intComma(value, digits),
    1,
  ),
  humanize_intword: filter('humanize_intword', ['value', ['format', '%.1f']], ([value = none, format = none]) => intWord(value, format), 1),
  humanize_apnumber: filter(
    'humanize_apnumber',
    ['value'],
    ([value = none]) => numeric(value, () => small[Number(toInteger(value))] ?? str(toInteger(value))),
    1,
  ),
  humanize_fractional: filter('humanize_fractional', ['value'], ([value = none]) => fractional(value), 1),
  humanize_scientific: filter(
    'humanize_scientific',
    ['value', ['precision', 2n]],
    ([value = none, precision = none]) => scientific(value, precision),
    1,
  ),
  humanize_clamp: filter(
    'humanize_clamp',
    ['value', ['floor', null], ['ceil', null], ['format', '{:}'], ['floor_token', '<'], ['ceil_token', '>']],
    clamp,
    1,
  ),
  humanize_metric: filter(
    'humanize_metric',
    ['value', ['unit', ''], ['precision', 3n]],
    ([value = none, unit = none, precision = none]) => metric(value, unit, precision),
    1,
  ),
  humanize_naturalsize: filter(
    'humanize_naturalsize',
    ['value', ['binary', false], ['gnu', false], ['format', '%.1f']],
    ([value = none, isBinary = none, isGnu = none, format = none]) => naturalSize(value, isTrue(isBinary), isTrue(isGnu), format),
    1,
  ),
  humanize_thousands_separator: filter('humanize_thousands_separator', ['value'], () => ',', 1),
  humanize_decimal_separator: filter('humanize_decimal_separator', ['value'], () => '.', 1),
  humanize_deactivate: filter('humanize_deactivate', ['value'], () => null, 1),
}
