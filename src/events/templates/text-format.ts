/** `'{0.name} {key!r:>10}'.format(…)`, sandboxed: fields are looked up as templates look them up. */
import { keyError } from './containers.ts'
import { formatValue } from './format-spec.ts'
import { repr, str } from './printing.ts'
import { Undefined } from './undefined.ts'
import { type Named, PythonError, type Value, valueError } from './values.ts'

export interface Lookup {
  attribute(value: Value, name: string): Value
  item(value: Value, key: Value): Value
}

export function formatText(format: string, positional: readonly Value[], named: Named, lookup: Lookup): string {
  return new Formatter(positional, named, lookup).format(format, 2)
}

class Formatter {
  readonly #positional: readonly Value[]
  readonly #named: Named
  readonly #lookup: Lookup
  #automatic = 0
  #isManual = false

  constructor(positional: readonly Value[], named: Named, lookup: Lookup) {
    this.#positional = positional
    this.#named = named
    this.#lookup = lookup
  }

  format(format: string, depth: number): string {
    if (depth < 0) throw valueError('Max string recursion exceeded')
    let shown = ''
    for (let index = 0; index < format.length; ) {
      const character = format.charAt(index)
      if (character === '{' || character === '}') {
        if (format.charAt(index + 1) === character) {
          shown += character
          index += 2
          continue
        }
        if (character === '}') throw valueError("Single '}' encountered in format string")
        const end = closing(format, index + 1)
        shown += this.#field(format.slice(index + 1, end), depth)
        index = end + 1
      } else {
        shown += character
        index++
      }
    }
    return shown
  }

  #field(field: string, depth: number): string {
    const [, path = '', conversion, spec = ''] = /^([^!:]*(?:\[[^\]]*\][^!:]*)*)(?:!([^:]*))?(?::([\s\S]*))?$/.exec(field) ?? []
    const value = this.#value(path)
    const shownSpec = this.format(spec, depth - 1)
    if (conversion === undefined) {
      if (value instanceof Undefined && spec === '') return ''
      return formatValue(value, shownSpec)
    }
    if (!['r', 's', 'a'].includes(conversion)) {
      if (conversion === '') throw valueError('end of string while looking for conversion specifier')
      throw valueError(`Unknown conversion specifier ${conversion}`)
    }
    return formatValue(conversion === 's' ? str(value) : repr(value), shownSpec)
  }

  #value(path: string): Value {
    const [, first = '', rest = ''] = /^([^.[]*)([\s\S]*)$/.exec(path) ?? []
    let value = this.#first(first)
    for (const [, attribute, key] of rest.matchAll(/\.([^.[]*)|\[([^\]]*)\]/g)) {
      if (attribute !== undefined) value = this.#lookup.attribute(value, attribute)
      else value = this.#lookup.item(value, /^\d+$/.test(key ?? '') ? BigInt(key ?? '') : (key ?? ''))
    }
    return value
  }

  #first(first: string): Value {
    if (first !== '' && !/^\d+$/.test(first)) {
      const value = this.#named.get(first)
      if (value === undefined) throw keyError(first)
      return value
    }
    if (first === '') {
      if (this.#isManual) throw valueError('cannot switch from manual field specification to automatic field numbering')
    } else {
      if (this.#automatic > 0) throw valueError('cannot switch from manual field specification to automatic field numbering')
      this.#isManual = true
    }
    const value = this.#positional[first === '' ? this.#automatic++ : Number(first)]
    if (value === undefined) throw new PythonError('IndexError', 'tuple index out of range')
    return value
  }
}

function closing(format: string, start: number): number {
  let depth = 1
  for (let index = start; index < format.length; index++) {
    const character = format.charAt(index)
    if (character === '{') depth++
    else if (character === '}' && --depth === 0) return index
  }
  throw valueError(start >= format.length ? "Single '{' encountered in format string" : "expected '}' before end of string")
}
