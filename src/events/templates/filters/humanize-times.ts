/** The filters of jinja2-humanize-extension that deal with times. */
import { Timestamp } from '../../../values/timestamp.ts'
import { round } from '../arithmetic.ts'
import { listOf, Tuple } from '../containers.ts'
import { fixed, isNumber, isTrue, toFloat, toInteger } from '../converting.ts'
import { Day, Instant, Span } from '../dates.ts'
import { type Environment, type Filter, filter } from '../environment.ts'
import { percentFormat } from '../percent-format.ts'
import { repr, str } from '../printing.ts'
import { strftime } from '../strftime.ts'
import { PythonError, typeError, typeName, type Value, valueError } from '../values.ts'
import { intComma } from './humanize.ts'

const none: Value = null
const units = ['MICROSECONDS', 'MILLISECONDS', 'SECONDS', 'MINUTES', 'HOURS', 'DAYS', 'MONTHS', 'YEARS']
const plural = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`
/** As Python rounds: halves to even. */
const rounded = (value: number): number => Number(fixed(value, 0))

function unitOf(name: Value): number {
  const index = units.indexOf(str(name).toUpperCase())
  if (index < 0) throw new PythonError('KeyError', str(name).toUpperCase())
  return index
}

function spanOf(value: Value): Span | null {
  if (value instanceof Span) return value
  try {
    toInteger(value)
    return new Span(Math.round(toFloat(value) * 1_000_000))
  } catch (error) {
    if (error instanceof PythonError && ['ValueError', 'TypeError', 'OverflowError'].includes(error.type)) return null
    throw error
  }
}

function naturalDelta(value: Value, usesMonths: boolean, least: Value): string {
  const unit = unitOf(least)
  if (unit > 2) throw valueError(`Minimum unit '${str(least)}' not supported`)
  const given = spanOf(value)
  if (given === null) return str(value)
  const span = new Span(Math.abs(given.microseconds))
  const [years, days] = [Math.floor(span.days / 365), span.days % 365]
  const months = rounded(days / 30.5)
  if (years === 0 && days < 1) return withinDay(span, unit)
  if (years === 0) {
    if (days === 1) return 'a day'
    if (!usesMonths || months === 0) return plural(days, 'day')
    return months === 1 ? 'a month' : months === 12 ? 'a year' : plural(months, 'month')
  }
  if (years === 1) {
    if (months === 0 && days === 0) return 'a year'
    if (months === 0 || !usesMonths) return `1 year, ${plural(days, 'day')}`
    return months === 12 ? '2 years' : `1 year, ${plural(months, 'month')}`
  }
  const all = rounded(span.days / 365)
  return `${intComma(BigInt(all), null)} year${all === 1 ? '' : 's'}`
}

function withinDay(span: Span, unit: number): string {
  const { seconds, rest } = span
  if (seconds === 0) {
    if (unit === 0 && rest < 1000) return plural(rest, 'microsecond')
    if (unit === 1 || (unit === 0 && rest >= 1000)) return plural(Math.floor(rest / 1000), 'millisecond')
    return 'a moment'
  }
  if (seconds === 1) return 'a second'
  if (seconds < 60) return plural(seconds, 'second')
  if (seconds < 3600) {
    const minutes = rounded(seconds / 60)
    return minutes === 1 ? 'a minute' : minutes === 60 ? 'an hour' : plural(minutes, 'minute')
  }
  const hours = rounded(seconds / 3600)
  return hours === 1 ? 'an hour' : hours === 24 ? 'a day' : plural(hours, 'hour')
}

function naturalTime(
  [value = none, future = none, months = none, least = none, when = none]: readonly Value[],
  environment: Environment,
): Value {
  const now = when instanceof Instant ? when.timestamp.microseconds : environment.now()
  let isFuture = isTrue(future)
  let delta: Value
  if (value instanceof Instant) {
    delta = new Span(now - value.timestamp.microseconds)
    isFuture = value.timestamp.microseconds > now
  } else if (value instanceof Span) {
    delta = value
    isFuture = value.microseconds < 0
  } else {
    if (!isNumber(value)) return str(value)
    delta = new Span(Math.abs(toFloat(round(value, null))) * 1_000_000)
  }
  const text = naturalDelta(delta, isTrue(months), least)
  return text === 'a moment' ? 'now' : `${text} ${isFuture ? 'from now' : 'ago'}`
}

function naturalDay(value: Value, environment: Environment, format: string): Value {
  const day = dayOf(value)
  if (day === null) return str(value)
  const days = daysFromToday(day, environment)
  if (days === 0) return 'today'
  return days === 1 ? 'tomorrow' : days === -1 ? 'yesterday' : strftime(new Instant(day.timestamp), format)
}

const dayOf = (value: Value): Day | null => (value instanceof Instant ? new Day(value.timestamp) : value instanceof Day ? value : null)

function daysFromToday(day: Day, environment: Environment): number {
  const today = new Day(Timestamp.fromMicroseconds(environment.now()))
  return (day.timestamp.microseconds - today.timestamp.microseconds) / 86_400_000_000
}

function preciseDelta([value = none, leastName = none, suppressNames = none, format = none]: readonly Value[]): Value {
  const span = value instanceof Span ? value : isNumber(value) ? new Span(Math.round(toFloat(value) * 1_000_000)) : null
  if (span === null) return str(value)
  const suppressed = new Set(listOf(suppressNames).map(unitOf))
  let least = unitOf(leastName)
  while (suppressed.has(least) && least < units.length) least++
  if (least === units.length) throw valueError('Minimum unit is suppressed and no suitable replacement was found')
  for (let unit = 0; unit < least; unit++) suppressed.add(unit)
  const size = new Span(value instanceof Span ? span.microseconds : Math.abs(span.microseconds))
  const parts: number[] = []
  const divide = (amount: number, divisor: number, unit: number): number => {
    if (unit === least) parts[unit] = toFloat(str(percentFormat(str(format), new Tuple([amount / divisor]))))
    if (unit === least) return 0
    parts[unit] = suppressed.has(unit) ? 0 : Math.floor(amount / divisor)
    return suppressed.has(unit) ? amount : Math.trunc(amount - Math.floor(amount / divisor) * divisor)
  }
  let rest = divide(size.days, 365, 7)
  rest = divide(rest, 30.5, 6)
  rest = divide(rest * 86_400 + size.seconds, 86_400, 5)
  rest = divide(rest, 3600, 4)
  rest = divide(rest, 60, 3)
  rest = divide(rest * 1e6 + size.rest, 1e6, 2)
  parts[0] = divide(rest, 1000, 1)
  const carry = (unit: number, limit: number): void => {
    if ((parts[unit] ?? 0) < limit || suppressed.has(unit + 1)) return
    parts[unit] = (parts[unit] ?? 0) - limit
    parts[unit + 1] = (parts[unit + 1] ?? 0) + 1
  }
  for (const [unit, limit] of [
    [1, 1000],
    [2, 60],
    [3, 60],
    [4, 24],
    [5, 31],
    [6, 12],
  ] as const)
    carry(unit, limit)
  const texts: string[] = []
  for (let unit = 7; unit >= least; unit--) {
    const amount = parts[unit] ?? 0
    if (amount <= 0 && !(texts.length === 0 && unit === least)) continue
    const counted = amount > 1 && amount < 2 ? 2 : Math.trunc(amount)
    const name = `${units[unit]?.toLowerCase().slice(0, -1)}${counted === 1 ? '' : 's'}`
    const shown =
      unit === least && amount % 1 > 0
        ? str(percentFormat(str(format), new Tuple([amount])))
        : unit === 7
          ? intComma(BigInt(Math.trunc(amount)), null)
          : String(Math.trunc(amount))
    texts.push(`${shown} ${name}`)
  }
  const last = texts.pop() ?? ''
  return texts.length === 0 ? last : `${texts.join(', ')} and ${last}`
}

export const humanizeTimes: Readonly<Record<string, Filter>> = {
  humanize_abs_timedelta: filter(
    'humanize_abs_timedelta',
    ['delta'],
    ([value = none]) => {
      if (value instanceof Span) return new Span(Math.abs(value.microseconds))
      if (typeof value === 'bigint') return value < 0n ? -value : value
      if (typeof value === 'number') return Math.abs(value)
      throw typeError(`bad operand type for abs(): '${typeName(value)}'`)
    },
    1,
  ),
  humanize_naturaldate: filter(
    'humanize_naturaldate',
    ['value'],
    ([value = none], environment) => {
      const day = dayOf(value)
      const isFar = day !== null && Math.abs(daysFromToday(day, environment)) >= (5 * 365) / 12
      return naturalDay(value, environment, isFar ? '%b %d %Y' : '%b %d')
    },
    1,
  ),
  humanize_naturalday: filter(
    'humanize_naturalday',
    ['value'],
    ([value = none], environment) => naturalDay(value, environment, '%b %d'),
    1,
  ),
  humanize_naturaldelta: filter(
    'humanize_naturaldelta',
    ['value', ['months', true], ['minimum_unit', 'seconds']],
    ([value = none, months = none, least = none]) => naturalDelta(value, isTrue(months), least),
    1,
  ),
  humanize_naturaltime: filter(
    'humanize_naturaltime',
    ['value', ['future', false], ['months', true], ['minimum_unit', 'seconds'], ['when', null]],
    naturalTime,
    1,
  ),
  humanize_precisedelta: filter(
    'humanize_precisedelta',
    ['value', ['minimum_unit', 'seconds'], ['suppress', new Tuple([])], ['format', '%0.2f']],
    preciseDelta,
    1,
  ),
  humanize_date_and_delta: filter(
    'humanize_date_and_delta',
    ['value'],
    ([value = none], environment) => {
      const at = (microseconds: number): Instant => new Instant(Timestamp.fromMicroseconds(environment.now() - microseconds))
      if (value instanceof Span) return new Tuple([at(value.microseconds), new Span(Math.abs(value.microseconds))])
      if (!isNumber(value)) throw typeError(`unsupported operand type(s) for -: 'datetime.datetime' and ${repr(typeName(value))}`)
      const span = new Span(toFloat(round(value, null)) * 1_000_000)
      return new Tuple([at(span.microseconds), new Span(Math.abs(span.microseconds))])
    },
    1,
  ),
}
