/** Instants and spans of time, with what templates may ask of them. */
import type { Duration } from '../../values/duration.ts'
import { Timestamp } from '../../values/timestamp.ts'
import { Arithmetical } from './arithmetic.ts'
import { equals } from './comparing.ts'
import { toFloat } from './converting.ts'
import { bind } from './signature.ts'
import { strftime } from './strftime.ts'
import { Callable, type Named, PythonError, PythonObject, type Value } from './values.ts'

const microsecondsOfDay = 86_400_000_000

const method = (
  name: string,
  parameters: readonly (string | readonly [string, Value])[],
  call: (given: readonly Value[]) => Value,
): Callable => new Callable(name, (positional: readonly Value[], named: Named) => call(bind({ name, parameters }, positional, named)))

/** Python's timedelta. */
export class Span extends Arithmetical {
  readonly typeName: string = 'timedelta'
  readonly microseconds: number
  constructor(microseconds: number) {
    super()
    this.microseconds = microseconds
  }
  static of(duration: Duration): Span {
    return new Span(duration.microseconds)
  }
  get days(): number {
    return Math.floor(this.microseconds / microsecondsOfDay)
  }
  get seconds(): number {
    return Math.floor((this.microseconds - this.days * microsecondsOfDay) / 1_000_000)
  }
  get rest(): number {
    return this.microseconds - this.days * microsecondsOfDay - this.seconds * 1_000_000
  }
  override attribute(name: string): Value | undefined {
    if (name === 'days' || name === 'seconds') return BigInt(this[name])
    if (name === 'microseconds') return BigInt(this.rest)
    if (name === 'total_seconds') return method(name, [], () => this.microseconds / 1_000_000)
    return undefined
  }
  override isTrue(): boolean {
    return this.microseconds !== 0
  }
  override equals(other: Value): boolean {
    return other instanceof Span && other.microseconds === this.microseconds
  }
  override compare(other: Value): number | null {
    return other instanceof Span ? this.microseconds - other.microseconds : null
  }
  override hashKey(): string {
    return `timedelta:${this.microseconds}`
  }
  override str(): string {
    const clock = [
      Math.floor(this.seconds / 3600),
      ...[Math.floor(this.seconds / 60) % 60, this.seconds % 60].map((part) => String(part).padStart(2, '0')),
    ].join(':')
    const fraction = this.rest === 0 ? '' : `.${String(this.rest).padStart(6, '0')}`
    return `${this.days === 0 ? '' : `${this.days} day${Math.abs(this.days) === 1 ? '' : 's'}, `}${clock}${fraction}`
  }
  override repr(): string {
    const parts = [
      ['days', this.days],
      ['seconds', this.seconds],
      ['microseconds', this.rest],
    ].filter(([, value]) => value !== 0)
    return `datetime.timedelta(${parts.length === 0 ? '0' : parts.map(([name, value]) => `${name}=${value}`).join(', ')})`
  }
  operate(operator: string, other: Value, isReversed: boolean): Value | null {
    if (other === null && isReversed) return new Span(operator === '-' ? -this.microseconds : this.microseconds)
    if (other instanceof Span) {
      const [a, b] = isReversed ? [other.microseconds, this.microseconds] : [this.microseconds, other.microseconds]
      if (operator === '+') return new Span(a + b)
      if (operator === '-') return new Span(a - b)
      if (operator === '/') return a / b
      if (operator === '//') return BigInt(Math.floor(a / b))
    }
    if (typeof other !== 'bigint' && typeof other !== 'number') return null
    if (operator === '*') return new Span(Math.round(this.microseconds * toFloat(other)))
    if (operator === '/' && !isReversed) {
      if (toFloat(other) === 0) throw new PythonError('ZeroDivisionError', 'division by zero')
      return new Span(Math.round(this.microseconds / toFloat(other)))
    }
    return null
  }
}

/** The datetimes of the reference's objects, all in UTC. */
export class Instant extends Arithmetical {
  readonly typeName: string = 'DateTime'
  readonly timestamp: Timestamp
  constructor(timestamp: Timestamp) {
    super()
    this.timestamp = timestamp
  }
  /** The year, month, day, hour, minute, second and microsecond. */
  get parts(): readonly number[] {
    return [...this.timestamp.text.slice(0, 26).matchAll(/\d+/g)].map(([part]) => Number(part))
  }
  /** Monday is 0. */
  get weekday(): number {
    return (new Date(this.timestamp.milliseconds).getUTCDay() + 6) % 7
  }
  override attribute(name: string): Value | undefined {
    const index = ['year', 'month', 'day', 'hour', 'minute', 'second', 'microsecond'].indexOf(name)
    if (index >= 0) return BigInt(this.parts[index] ?? 0)
    const { timestamp } = this
    switch (name) {
      case 'isoformat':
        return method(
          name,
          [
            ['sep', 'T'],
            ['timespec', 'auto'],
          ],
          ([separator = 'T']) => this.isoformat(String(separator)),
        )
      case 'strftime':
        return method(name, ['format'], ([format = '']) => strftime(this, String(format)))
      case 'timestamp':
        return method(name, [], () => timestamp.microseconds / 1_000_000)
      case 'weekday':
        return method(name, [], () => BigInt(this.weekday))
      case 'isoweekday':
        return method(name, [], () => BigInt(this.weekday + 1))
      case 'date':
        return method(name, [], () => new Day(timestamp))
      case 'utcoffset':
        return method(name, [], () => new Span(0))
      case 'tzname':
        return method(name, [], () => 'UTC')
      case 'to_iso8601_string':
        return method(name, [], () => this.isoformat('T').replace('+00:00', 'Z'))
      case 'to_date_string':
        return method(name, [], () => timestamp.text.slice(0, 10))
      case 'to_time_string':
        return method(name, [], () => timestamp.text.slice(11, 19))
      case 'to_datetime_string':
        return method(name, [], () => timestamp.text.slice(0, 19).replace('T', ' '))
      case 'int_timestamp':
        return BigInt(Math.floor(timestamp.microseconds / 1_000_000))
      case 'float_timestamp':
        return timestamp.microseconds / 1_000_000
      case 'timezone_name':
        return 'UTC'
      case 'day_of_year':
        return BigInt(strftime(this, '%j'))
      case 'add':
      case 'subtract':
        return this.#shift(name)
      default:
        return undefined
    }
  }
  #shift(name: 'add' | 'subtract'): Callable {
    const units = ['weeks', 'days', 'hours', 'minutes', 'seconds', 'microseconds']
    const sizes = [7 * microsecondsOfDay, microsecondsOfDay, 3_600_000_000, 60_000_000, 1_000_000, 1]
    return method(
      name,
      units.map((unit) => [unit, 0n] as const),
      (given) => {
        const change = given.reduce((sum: number, value, index) => sum + toFloat(value) * (sizes[index] ?? 0), 0)
        return new Instant(this.timestamp.addMicroseconds(Math.round(name === 'add' ? change : -change)))
      },
    )
  }
  isoformat(separator: string): string {
    const { text } = this.timestamp
    const fraction = text.slice(19, 26) === '.000000' ? '' : text.slice(19, 26)
    return `${text.slice(0, 10)}${separator}${text.slice(11, 19)}${fraction}+00:00`
  }
  format(spec: string): string {
    return spec === '' ? this.str() : strftime(this, spec)
  }
  override str(): string {
    return this.isoformat(' ')
  }
  override repr(): string {
    const parts = [...this.parts]
    if (parts.at(-1) === 0) parts.pop()
    return `DateTime(${parts.join(', ')}, tzinfo=Timezone('UTC'))`
  }
  override equals(other: Value): boolean {
    return other instanceof Instant && other.timestamp.equals(this.timestamp)
  }
  override compare(other: Value): number | null {
    return other instanceof Instant ? this.timestamp.microseconds - other.timestamp.microseconds : null
  }
  override hashKey(): string {
    return `datetime:${this.timestamp.text}`
  }
  operate(operator: string, other: Value, isReversed: boolean): Value | null {
    if (other instanceof Span && (operator === '+' || (operator === '-' && !isReversed)))
      return new Instant(this.timestamp.addMicroseconds(operator === '+' ? other.microseconds : -other.microseconds))
    if (other instanceof Instant && operator === '-') return isReversed ? null : new Interval(other, this)
    return null
  }
}

/** The difference of two instants, which remembers them. */
export class Interval extends Span {
  override readonly typeName = 'Interval'
  readonly #start: Instant
  readonly #end: Instant
  constructor(start: Instant, end: Instant) {
    super(end.timestamp.microseconds - start.timestamp.microseconds)
    this.#start = start
    this.#end = end
  }
  override str(): string {
    return this.repr()
  }
  override repr(): string {
    return `<Interval [${this.#start.str()} -> ${this.#end.str()}]>`
  }
}

/** A date without a time. */
export class Day extends PythonObject {
  readonly typeName = 'Date'
  readonly timestamp: Timestamp
  constructor(timestamp: Timestamp) {
    super()
    this.timestamp = Timestamp.fromCanonical(`${timestamp.text.slice(0, 10)}T00:00:00.000000Z`)
  }
  override attribute(name: string): Value | undefined {
    const instant = new Instant(this.timestamp)
    if (name === 'isoformat') return method(name, [], () => this.str())
    return ['year', 'month', 'day', 'strftime', 'weekday', 'isoweekday'].includes(name) ? instant.attribute(name) : undefined
  }
  format(spec: string): string {
    return spec === '' ? this.str() : strftime(new Instant(this.timestamp), spec)
  }
  override str(): string {
    return this.timestamp.text.slice(0, 10)
  }
  override repr(): string {
    return `Date(${this.str().split('-').map(Number).join(', ')})`
  }
  override equals(other: Value): boolean {
    return other instanceof Day && equals(this.str(), other.str())
  }
  override compare(other: Value): number | null {
    return other instanceof Day ? this.timestamp.microseconds - other.timestamp.microseconds : null
  }
  override hashKey(): string {
    return `date:${this.str()}`
  }
}
