/** Attributes and methods of the built-in classes. */
import { equals } from './comparing.ts'
import { Dict, DictView, listOf, Markup, Range, refuseNamed, Tuple } from './containers.ts'
import { decompose, toIndex } from './converting.ts'
import { escapeHtml, stripTags, unescapeHtml } from './html.ts'
import { textMethod } from './text-methods.ts'
import { Callable, isList, type Named, typeError, type Value, valueError } from './values.ts'

type Call = (positional: readonly Value[], named: Named) => Value
const method = (name: string, call: Call): Callable => new Callable(name, call)
/** A method of so many arguments. */
const positional = (name: string, least: number, most: number, call: (given: readonly Value[]) => Value): Callable =>
  method(name, (given, named) => {
    refuseNamed(name, named)
    if (given.length < least)
      throw typeError(
        least === most
          ? `${name}() takes exactly ${count(least)} (${given.length} given)`
          : `${name} expected at least ${counted(least)}, got ${given.length}`,
      )
    if (given.length > most)
      throw typeError(
        least === most
          ? `${name}() takes ${most === 0 ? 'no arguments' : `exactly ${count(most)}`} (${given.length} given)`
          : `${name} expected at most ${counted(most)}, got ${given.length}`,
      )
    return call(given)
  })
const counted = (number: number): string => `${number} argument${number === 1 ? '' : 's'}`
const count = (number: number): string => `${number === 1 ? 'one' : number} argument${number === 1 ? '' : 's'}`

/** The attribute of a built-in value; undefined when it has none of the name. */
export function builtinAttribute(value: Value, name: string): Value | undefined {
  if (typeof value === 'string') return textMethod(value, name)
  if (value instanceof Markup) return markupAttribute(value, name)
  if (typeof value === 'bigint' || typeof value === 'boolean') return integerAttribute(BigInt(value), name)
  if (typeof value === 'number') return floatAttribute(value, name)
  if (isList(value))
    return sequenceMethod(value, name) ?? (name === 'copy' ? positional(name, 0, 0, () => [...value]) : mutators.list.get(name))
  if (value instanceof Tuple) return value.attribute(name) ?? sequenceMethod(value.items, name)
  if (value instanceof Range) return value.attribute(name) ?? sequenceMethod(value.items, name)
  if (value instanceof Dict) return dictMethod(value, name) ?? mutators.dict.get(name)
  return undefined
}

/** Methods that would change a value: the sandbox knows them, and keeps them from templates. */
const mutators = {
  list: named(['append', 'clear', 'pop', 'reverse', 'insert', 'sort', 'extend', 'remove']),
  dict: named(['clear', 'pop', 'popitem', 'setdefault', 'update']),
}

function named(names: readonly string[]): ReadonlyMap<string, Callable> {
  return new Map(names.map((name) => [name, method(name, () => null)]))
}

export function isMutator(value: Value, name: string): boolean {
  return isList(value) ? mutators.list.has(name) : value instanceof Dict && mutators.dict.has(name)
}

function sequenceMethod(items: readonly Value[], name: string): Value | undefined {
  if (name === 'count') return positional(name, 1, 1, ([sought = null]) => BigInt(items.filter((item) => equals(item, sought)).length))
  if (name !== 'index') return undefined
  return positional(name, 1, 3, ([sought = null, start = null]) => {
    const from = start === null ? 0 : toIndex(start)
    const index = items.findIndex((item, at) => at >= from && equals(item, sought))
    if (index < 0) throw valueError(`${typeof sought === 'string' ? `'${sought}'` : String(sought)} is not in list`)
    return BigInt(index)
  })
}

function dictMethod(dict: Dict, name: string): Value | undefined {
  switch (name) {
    case 'get':
      return positional(name, 1, 2, ([key = null, fallback = null]) => dict.get(key) ?? fallback)
    case 'keys':
      return positional(
        name,
        0,
        0,
        () =>
          new DictView(
            'keys',
            dict.entries.map(([key]) => key),
          ),
      )
    case 'values':
      return positional(
        name,
        0,
        0,
        () =>
          new DictView(
            'values',
            dict.entries.map(([, value]) => value),
          ),
      )
    case 'items':
      return positional(
        name,
        0,
        0,
        () =>
          new DictView(
            'items',
            dict.entries.map((entry) => new Tuple(entry)),
          ),
      )
    case 'copy':
      return positional(name, 0, 0, () => new Dict(dict.entries))
    case 'fromkeys':
      return positional(name, 1, 2, ([keys = null, value = null]) => new Dict(listOf(keys).map((key) => [key, value])))
    default:
      return undefined
  }
}

function integerAttribute(value: bigint, name: string): Value | undefined {
  const size = value < 0n ? -value : value
  switch (name) {
    case 'real':
    case 'numerator':
      return value
    case 'imag':
      return 0n
    case 'denominator':
      return 1n
    case 'bit_length':
      return positional(name, 0, 0, () => BigInt(size === 0n ? 0 : size.toString(2).length))
    case 'bit_count':
      return positional(name, 0, 0, () => BigInt(size.toString(2).replaceAll('0', '').length))
    case 'conjugate':
      return positional(name, 0, 0, () => value)
    case 'as_integer_ratio':
      return positional(name, 0, 0, () => new Tuple([value, 1n]))
    default:
      return undefined
  }
}

function floatAttribute(value: number, name: string): Value | undefined {
  switch (name) {
    case 'real':
      return value
    case 'imag':
      return 0
    case 'conjugate':
      return positional(name, 0, 0, () => value)
    case 'is_integer':
      return positional(name, 0, 0, () => Number.isInteger(value))
    case 'as_integer_ratio':
      return positional(name, 0, 0, () => {
        let [numerator, exponent] = decompose(Math.abs(value))
        while (numerator !== 0n && numerator % 2n === 0n && exponent < 0) {
          numerator /= 2n
          exponent++
        }
        const sign = value < 0 ? -1n : 1n
        return new Tuple(exponent < 0 ? [sign * numerator, 2n ** BigInt(-exponent)] : [sign * numerator * 2n ** BigInt(exponent), 1n])
      })
    default:
      return undefined
  }
}

/** Methods whose arguments become HTML first. */
const escaping = new Set([
  'join',
  'replace',
  'strip',
  'lstrip',
  'rstrip',
  'split',
  'rsplit',
  'partition',
  'rpartition',
  'ljust',
  'rjust',
  'center',
])

function markupAttribute(value: Markup, name: string): Value | undefined {
  if (name === 'unescape') return positional(name, 0, 0, () => unescapeHtml(value.text))
  if (name === 'striptags') return positional(name, 0, 0, () => stripTags(value.text))
  if (name === 'escape') return positional(name, 1, 1, ([text = null]) => new Markup(escapeHtml(text)))
  const plain = textMethod(value.text, name, asMarkup)
  if (!(plain instanceof Callable) || !escaping.has(name)) return plain
  const asHtml = (argument: Value): Value => {
    if (typeof argument === 'string') return escapeHtml(argument)
    return name === 'join' ? listOf(argument).map((each) => escapeHtml(each)) : argument
  }
  return method(name, (given, named) => plain.call(given.map(asHtml), new Map([...named].map(([key, each]) => [key, asHtml(each)]))))
}

function asMarkup(result: Value): Value {
  if (typeof result === 'string') return new Markup(result)
  if (isList(result)) return result.map(asMarkup)
  return result instanceof Tuple ? new Tuple(result.items.map(asMarkup)) : result
}
