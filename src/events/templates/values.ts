/**
 * The values that templates compute with: Python's, on JavaScript's. An int is a bigint, a float a number, a list an array
 * (never changed once made); everything else is a PythonObject.
 */
export type Value = null | boolean | bigint | number | string | readonly Value[] | PythonObject

export type Named = ReadonlyMap<string, Value>

/** What has behaviour of its own; each method is the Python protocol of like name, with Python's defaults. */
export abstract class PythonObject {
  /** The class as Python's messages name it. */
  abstract readonly typeName: string

  /** Undefined when there is no such attribute. */
  attribute(_name: string): Value | undefined {
    return undefined
  }
  /** Undefined when there is no such item. */
  item(_key: Value): Value | undefined {
    return undefined
  }
  /** Null when it cannot be iterated. */
  iterate(): Iterable<Value> | null {
    return null
  }
  /** Null when it has no length. */
  length(): number | null {
    return null
  }
  isTrue(): boolean {
    return this.length() !== 0
  }
  repr(): string {
    return `<${this.typeName} object>`
  }
  str(): string {
    return this.repr()
  }
  equals(other: Value): boolean {
    return other === this
  }
  /** Negative, zero or positive; null when the two have no order. */
  compare(_other: Value): number | null {
    return null
  }
  /** Equal for equal values; null when it cannot be a key. */
  hashKey(): string | null {
    return `object:${identity(this)}`
  }
  contains(_value: Value): boolean | null {
    return null
  }
  /** Null when it cannot be called. */
  readonly call: ((positional: readonly Value[], named: Named) => Value) | null = null
}

const identities = new WeakMap<object, number>()
let lastIdentity = 0

export function identity(object: object): number {
  const known = identities.get(object)
  if (known !== undefined) return known
  identities.set(object, ++lastIdentity)
  return lastIdentity
}

/** An exception of Python's, raised by a template. */
export class PythonError extends Error {
  readonly type: string
  /** The argument, when it is not the message itself (KeyError). */
  readonly argument: Value
  constructor(type: string, message: string, argument: Value = message) {
    super(message)
    this.type = type
    this.argument = argument
  }
}

export const typeError = (message: string): PythonError => new PythonError('TypeError', message)
export const valueError = (message: string): PythonError => new PythonError('ValueError', message)

/** The kinds of names that Python gives to the classes of values. */
export function typeName(value: Value): string {
  if (value === null) return 'NoneType'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'int'
  if (typeof value === 'number') return 'float'
  if (typeof value === 'string') return 'str'
  return isList(value) ? 'list' : value.typeName
}

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value)

export const isObject = (value: Value): value is PythonObject => value instanceof PythonObject

/** A function, method or class that templates may call. */
export class Callable extends PythonObject {
  readonly typeName: string
  readonly name: string
  override readonly call: (positional: readonly Value[], named: Named) => Value
  constructor(name: string, call: (positional: readonly Value[], named: Named) => Value, type = 'builtin_function_or_method') {
    super()
    this.name = name
    this.call = call
    this.typeName = type
  }
  override repr(): string {
    return `<${this.typeName === 'type' ? `class '${this.name}'` : `function ${this.name}`}>`
  }
}
