/** Tuples, dicts, ranges, iterators, and the escaped text that filters make. */
import { equals, hashKey, order } from './comparing.ts'
import { repr } from './printing.ts'
import { isList, type Named, PythonError, PythonObject, typeError, typeName, type Value } from './values.ts'

export class Tuple extends PythonObject {
  readonly typeName: string = 'tuple'
  readonly items: readonly Value[]
  constructor(items: readonly Value[]) {
    super()
    this.items = items
  }
  override item(key: Value): Value | undefined {
    return elementOf(this.items, key, 'tuple')
  }
  override iterate(): Iterable<Value> {
    return this.items
  }
  override length(): number {
    return this.items.length
  }
  override repr(): string {
    return `(${this.items.map(repr).join(', ')}${this.items.length === 1 ? ',' : ''})`
  }
  override equals(other: Value): boolean {
    return other instanceof Tuple && equals(this.items, other.items)
  }
  override compare(other: Value): number | null {
    return other instanceof Tuple ? order(this.items, other.items, '<') : null
  }
  override hashKey(): string | null {
    const keys = this.items.map(hashKey)
    return keys.includes(null) ? null : `(${keys.join(',')})`
  }
}

/** What `groupby` yields: a tuple whose two parts have names. */
export class Group extends Tuple {
  override readonly typeName = '_GroupTuple'
  override attribute(name: string): Value | undefined {
    return name === 'grouper' ? this.items[0] : name === 'list' ? this.items[1] : undefined
  }
}

/** The element of a sequence at an index or of a slice of it, as Python counts. Undefined beyond its ends. */
export function elementOf(items: readonly Value[], key: Value, type: string): Value | undefined {
  if (typeof key === 'boolean') return elementOf(items, key ? 1n : 0n, type)
  if (typeof key !== 'bigint') throw typeError(`${type} indices must be integers or slices, not ${typeName(key)}`)
  const index = Number(key)
  return items[index < 0 ? index + items.length : index]
}

export class Dict extends PythonObject {
  readonly typeName: string = 'dict'
  readonly #members: Map<string, readonly [Value, Value]> = new Map()

  constructor(members: Iterable<readonly [Value, Value]> = []) {
    super()
    for (const [key, value] of members) {
      const hash = keyOf(key)
      this.#members.set(hash, [this.#members.get(hash)?.[0] ?? key, value])
    }
  }
  get entries(): readonly (readonly [Value, Value])[] {
    return [...this.#members.values()]
  }
  get(key: Value): Value | undefined {
    return this.#members.get(keyOf(key))?.[1]
  }
  override item(key: Value): Value | undefined {
    return this.get(key)
  }
  override iterate(): Iterable<Value> {
    return this.entries.map(([key]) => key)
  }
  override length(): number {
    return this.#members.size
  }
  override contains(value: Value): boolean {
    return this.#members.has(keyOf(value))
  }
  override repr(): string {
    return `{${this.entries.map(([key, value]) => `${repr(key)}: ${repr(value)}`).join(', ')}}`
  }
  override equals(other: Value): boolean {
    if (!(other instanceof Dict) || other.length() !== this.length()) return false
    return this.entries.every(([key, value]) => {
      const its = other.get(key)
      return its !== undefined && equals(value, its)
    })
  }
  override hashKey(): null {
    return null
  }
}

function keyOf(key: Value): string {
  const hash = hashKey(key)
  if (hash === null) throw typeError(`unhashable type: '${typeName(key)}'`)
  return hash
}

/** Values without order; shown in the order in which they came. */
export class PythonSet extends PythonObject {
  readonly typeName = 'set'
  readonly items: readonly Value[]
  constructor(items: readonly Value[]) {
    super()
    this.items = items.filter((item, index) => items.findIndex((other) => equals(item, other)) === index)
  }
  override iterate(): Iterable<Value> {
    return this.items
  }
  override length(): number {
    return this.items.length
  }
  override contains(value: Value): boolean {
    return this.items.some((item) => equals(item, value))
  }
  override repr(): string {
    return this.items.length === 0 ? 'set()' : `{${this.items.map(repr).join(', ')}}`
  }
  override equals(other: Value): boolean {
    return other instanceof PythonSet && other.items.length === this.items.length && this.items.every((item) => other.contains(item))
  }
  override hashKey(): null {
    return null
  }
}

/** What `keys()`, `values()` and `items()` of a dict give. */
export class DictView extends PythonObject {
  readonly typeName: string
  readonly items: readonly Value[]
  constructor(kind: 'keys' | 'values' | 'items', items: readonly Value[]) {
    super()
    this.typeName = `dict_${kind}`
    this.items = items
  }
  override iterate(): Iterable<Value> {
    return this.items
  }
  override length(): number {
    return this.items.length
  }
  override repr(): string {
    return `${this.typeName}(${repr(this.items)})`
  }
}

export class Range extends PythonObject {
  readonly typeName = 'range'
  readonly items: readonly bigint[]
  readonly #text: string
  constructor(start: bigint, step: bigint, length: number, stop: bigint) {
    super()
    this.items = Array.from({ length }, (_, index) => start + BigInt(index) * step)
    this.#text = `range(${[start, stop, ...(step === 1n ? [] : [step])].join(', ')})`
  }
  override attribute(name: string): Value | undefined {
    const [start = 0n] = this.items
    return name === 'start' ? start : undefined
  }
  override item(key: Value): Value | undefined {
    return elementOf(this.items, key, 'range')
  }
  override iterate(): Iterable<Value> {
    return this.items
  }
  override length(): number {
    return this.items.length
  }
  override repr(): string {
    return this.#text
  }
  override equals(other: Value): boolean {
    return other instanceof Range && equals(this.items, other.items)
  }
  override hashKey(): string {
    return `range:${this.items.join()}`
  }
}

/** What can be gone through once. */
export class PythonIterator extends PythonObject {
  readonly typeName: string
  readonly #values: Iterator<Value> & Iterable<Value>
  constructor(typeName: string, values: Iterable<Value>) {
    super()
    this.typeName = typeName
    this.#values = once(values)
  }
  override iterate(): Iterable<Value> {
    return this.#values
  }
  override repr(): string {
    return `<${this.typeName} object>`
  }
}

function* once(values: Iterable<Value>): Generator<Value> {
  yield* values
}

/** Text that is HTML already: what joins it is escaped. */
export class Markup extends PythonObject {
  readonly typeName = 'Markup'
  readonly text: string
  constructor(text: string) {
    super()
    this.text = text
  }
  override item(key: Value): Value | undefined {
    const element = elementOf(characters(this.text), key, 'string')
    return element === undefined ? undefined : new Markup(String(element))
  }
  override iterate(): Iterable<Value> {
    return characters(this.text).map((character) => new Markup(character))
  }
  override length(): number {
    return characters(this.text).length
  }
  override repr(): string {
    return `Markup(${repr(this.text)})`
  }
  override str(): string {
    return this.text
  }
  override equals(other: Value): boolean {
    return equals(this.text, other instanceof Markup ? other.text : other)
  }
  override compare(other: Value): number | null {
    return order(this.text, other instanceof Markup ? other.text : other, '<')
  }
  override hashKey(): string | null {
    return hashKey(this.text)
  }
}

/** A text's characters as Python counts them. */
export const characters = (text: string): string[] => Array.from(text)

/** A call's arguments that must have no names. */
export function refuseNamed(name: string, named: Named): void {
  if (named.size > 0) throw typeError(`${name}() takes no keyword arguments`)
}

/** All values of an iterable. Throws Python's TypeError when it is none. */
export function listOf(value: Value): readonly Value[] {
  return isList(value) ? value : [...iterate(value)]
}

export function iterate(value: Value): Iterable<Value> {
  if (typeof value === 'string') return characters(value)
  if (isList(value)) return value
  const values = value instanceof PythonObject && !isAsynchronous(value) ? value.iterate() : null
  if (values === null) throw typeError(`'${typeName(value)}' object is not iterable`)
  return values
}

export const isAsynchronous = (value: Value): boolean => value instanceof PythonIterator && value.typeName === 'async_generator'

/** As `iterate`, of asynchronous generators too: what the reference's own loops and most of its filters go through. */
export function iterateAny(value: Value): Iterable<Value> {
  if (value instanceof PythonIterator) return value.iterate()
  return iterate(value)
}

/** `len`. */
export function lengthOf(value: Value): number {
  if (typeof value === 'string') return characters(value).length
  if (isList(value)) return value.length
  const length = value instanceof PythonObject ? value.length() : null
  if (length === null) throw typeError(`object of type '${typeName(value)}' has no len()`)
  return length
}

export const keyError = (key: Value): PythonError => new PythonError('KeyError', repr(key), key)
