/** The methods of Python's str. */
import { characters, listOf, Markup, Tuple } from './containers.ts'
import { isTrue, toIndex } from './converting.ts'
import { bind, type Parameter } from './signature.ts'
import { Callable, type Named, PythonError, typeError, typeName, type Value, valueError } from './values.ts'

type Method = { parameters: readonly Parameter[]; apply: (text: string, given: readonly Value[]) => Value }
const method = (parameters: readonly Parameter[], apply: Method['apply']): Method => ({ parameters, apply })
const simple = (apply: (text: string) => Value): Method => method([], apply)

const textOf = (value: Value): string => {
  if (typeof value === 'string') return value
  if (value instanceof Markup) return value.text
  throw typeError(`must be str, not ${typeName(value)}`)
}

const letters = /\p{L}/u
const cased = /[\p{Lu}\p{Ll}\p{Lt}]/u
const all = (pattern: RegExp) => simple((text) => text !== '' && characters(text).every((character) => pattern.test(character)))

function strip(text: string, chars: Value, start: boolean, end: boolean): string {
  const list = characters(text)
  const set = chars === null ? null : new Set(characters(textOf(chars)))
  const isStripped = (character: string): boolean => (set === null ? /\s/u.test(character) : set.has(character))
  let [from, to] = [0, list.length]
  if (start) while (from < to && isStripped(list[from] ?? '')) from++
  if (end) while (to > from && isStripped(list[to - 1] ?? '')) to--
  return list.slice(from, to).join('')
}

export function capitalize(text: string): string {
  const [first = '', ...rest] = characters(text)
  return titleCase(first) + lower(rest.join(''))
}

/** The letters whose title case is not their upper case. */
const titleCases: Readonly<Record<string, string>> = { ǆ: 'ǅ', Ǆ: 'ǅ', ǉ: 'ǈ', Ǉ: 'ǈ', ǌ: 'ǋ', Ǌ: 'ǋ', ǳ: 'ǲ', Ǳ: 'ǲ' }

function titleCase(character: string): string {
  const [first = '', ...rest] = characters(character.toUpperCase())
  return titleCases[character] ?? first + lower(rest.join(''))
}

/** Lower case, as Python: a final sigma is one. */
export const lower = (text: string): string => text.toLowerCase()

function title(text: string): string {
  return text.replaceAll(/[\p{L}\p{M}]+/gu, (word) => capitalize(word))
}

/** What Python takes for an end of a line. */
const ends = '\\n\\r\\v\\f\\u001c-\\u001e\\u0085\\u2028\\u2029'
const linePattern = new RegExp(`[^${ends}]*(?:\\r\\n|[${ends}])|[^${ends}]+$`, 'g')
const endPattern = new RegExp(`(?:\\r\\n|[${ends}])$`)

/** Lines without their ends, or with them. */
export function splitLines(text: string, keepsEnds = false): string[] {
  const lines = text.match(linePattern) ?? []
  return keepsEnds ? lines : lines.map((line) => line.replace(endPattern, ''))
}

function split(text: string, separator: Value, most: Value): string[] {
  const limit = toIndex(most)
  if (separator === null) {
    const trimmed = text.replace(/^\s+/u, '')
    if (limit < 0) return trimmed.split(/\s+/u).filter((part) => part !== '')
    const parts: string[] = []
    let rest = trimmed
    while (parts.length < limit && rest !== '') {
      const found = /^(\S+)\s*/u.exec(rest)
      if (found === null) break
      parts.push(found[1] ?? '')
      rest = rest.slice(found[0].length)
    }
    return rest === '' ? parts : [...parts, rest.replace(/\s+$/u, '')]
  }
  const by = textOf(separator)
  if (by === '') throw valueError('empty separator')
  const parts = text.split(by)
  return limit < 0 || parts.length <= limit + 1 ? parts : [...parts.slice(0, limit), parts.slice(limit).join(by)]
}

function splitFromEnd(text: string, separator: Value, most: Value): string[] {
  const limit = toIndex(most)
  if (limit < 0) return split(text, separator, most)
  const reversed = (value: string): string => characters(value).reverse().join('')
  const by = separator === null ? null : reversed(textOf(separator))
  return split(reversed(text), by, most).map(reversed).reverse()
}

/** Where a text occurs, counted in characters; -1 when nowhere. */
function find(text: string, [sub = null, start = null, end = null]: readonly Value[], fromEnd: boolean): bigint {
  const list = characters(text)
  const [from, to] = bounds(list.length, start, end)
  const part = list.slice(from, to).join('')
  const index = fromEnd ? part.lastIndexOf(textOf(sub)) : part.indexOf(textOf(sub))
  if (index < 0 || from > list.length || to < from) return -1n
  return BigInt(from + characters(part.slice(0, index)).length)
}

function bounds(length: number, start: Value, end: Value): [number, number] {
  const at = (value: Value, fallback: number): number => {
    if (value === null) return fallback
    const index = toIndex(value)
    return index < 0 ? Math.max(0, index + length) : index
  }
  return [at(start, 0), Math.min(length, at(end, length))]
}

function affixed(text: string, [affix = null, start = null, end = null]: readonly Value[], name: 'startswith' | 'endswith'): boolean {
  const list = characters(text)
  const [from, to] = bounds(list.length, start, end)
  const part = list.slice(from, to).join('')
  const candidates = affix instanceof Tuple ? affix.items : [affix]
  return candidates.some((candidate) => {
    if (typeof candidate !== 'string' && !(candidate instanceof Markup))
      throw typeError(`${name} first arg must be str or a tuple of str, not ${typeName(candidate)}`)
    return from <= list.length && (name === 'startswith' ? part.startsWith(textOf(candidate)) : part.endsWith(textOf(candidate)))
  })
}

function pad(text: string, [width = null, fill = ' ']: readonly Value[], side: 'left' | 'right' | 'both'): string {
  const filler = textOf(fill)
  if (characters(filler).length !== 1) throw typeError('The fill character must be exactly one character long')
  const missing = Math.max(0, toIndex(width) - characters(text).length)
  if (missing > 10_000_000) throw new PythonError('MemoryError', '')
  if (side === 'left') return filler.repeat(missing) + text
  if (side === 'right') return text + filler.repeat(missing)
  const left = Math.floor(missing / 2) + (missing % 2 === 1 && toIndex(width) % 2 === 1 ? 1 : 0)
  return filler.repeat(left) + text + filler.repeat(missing - left)
}

export const center = (text: string, width: Value): string => pad(text, [width], 'both')

export function replace(text: string, old: string, by: string, count: number): string {
  if (count < 0) return text.replaceAll(old, () => by)
  let left = count
  return text.replaceAll(old, (found) => (left-- > 0 ? by : found))
}

function partition(text: string, separator: Value, fromEnd: boolean): Tuple {
  const by = textOf(separator)
  if (by === '') throw valueError('empty separator')
  const index = fromEnd ? text.lastIndexOf(by) : text.indexOf(by)
  if (index < 0) return new Tuple(fromEnd ? ['', '', text] : [text, '', ''])
  return new Tuple([text.slice(0, index), by, text.slice(index + by.length)])
}

function zeroFill(text: string, width: Value): string {
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/s.exec(text) ?? []
  return sign + '0'.repeat(Math.max(0, toIndex(width) - characters(text).length)) + digits
}

function expandTabs(text: string, size: Value): string {
  const width = toIndex(size)
  let column = 0
  let expanded = ''
  for (const character of text) {
    const shown = character === '\t' ? ' '.repeat(width > 0 ? width - (column % width) : 0) : character
    column = character === '\n' || character === '\r' ? 0 : column + shown.length
    expanded += shown
  }
  return expanded
}

const found = (index: bigint): bigint => {
  if (index < 0n) throw valueError('substring not found')
  return index
}

export function join(separator: string, values: Value): string {
  return listOf(values)
    .map((value, index) => {
      if (typeof value === 'string') return value
      if (value instanceof Markup) return value.text
      throw typeError(`sequence item ${index}: expected str instance, ${typeName(value)} found`)
    })
    .join(separator)
}

const span: readonly Parameter[] = ['sub', ['start', null], ['end', null]]
const width: readonly Parameter[] = ['width', ['fillchar', ' ']]
const at = (given: readonly Value[], index: number): Value => given[index] ?? null

const methods: Readonly<Record<string, Method>> = {
  upper: simple((text) => text.toUpperCase()),
  lower: simple(lower),
  casefold: simple((text) => lower(text).replaceAll('ß', 'ss')),
  capitalize: simple(capitalize),
  title: simple(title),
  swapcase: simple((text) =>
    characters(text)
      .map((each) => (/\p{Lu}/u.test(each) ? lower(each) : each.toUpperCase()))
      .join(''),
  ),
  strip: method([['chars', null]], (text, given) => strip(text, at(given, 0), true, true)),
  lstrip: method([['chars', null]], (text, given) => strip(text, at(given, 0), true, false)),
  rstrip: method([['chars', null]], (text, given) => strip(text, at(given, 0), false, true)),
  split: method(
    [
      ['sep', null],
      ['maxsplit', -1n],
    ],
    (text, given) => split(text, at(given, 0), at(given, 1)),
  ),
  rsplit: method(
    [
      ['sep', null],
      ['maxsplit', -1n],
    ],
    (text, given) => splitFromEnd(text, at(given, 0), at(given, 1)),
  ),
  splitlines: method([['keepends', false]], (text, given) => splitLines(text, isTrue(at(given, 0)))),
  join: method(['iterable'], (text, given) => join(text, at(given, 0))),
  replace: method(['old', 'new', ['count', -1n]], (text, given) =>
    replace(text, textOf(at(given, 0)), textOf(at(given, 1)), toIndex(at(given, 2))),
  ),
  startswith: method(['prefix', ['start', null], ['end', null]], (text, given) => affixed(text, given, 'startswith')),
  endswith: method(['suffix', ['start', null], ['end', null]], (text, given) => affixed(text, given, 'endswith')),
  find: method(span, (text, given) => find(text, given, false)),
  rfind: method(span, (text, given) => find(text, given, true)),
  index: method(span, (text, given) => found(find(text, given, false))),
  rindex: method(span, (text, given) => found(find(text, given, true))),
  count: method(span, (text, given) => {
    const [from, to] = bounds(characters(text).length, at(given, 1), at(given, 2))
    const part = characters(text).slice(from, to).join('')
    const sub = textOf(at(given, 0))
    return BigInt(sub === '' ? characters(part).length + 1 : part.split(sub).length - 1)
  }),
  center: method(width, (text, given) => pad(text, given, 'both')),
  ljust: method(width, (text, given) => pad(text, given, 'right')),
  rjust: method(width, (text, given) => pad(text, given, 'left')),
  zfill: method(['width'], (text, given) => zeroFill(text, at(given, 0))),
  expandtabs: method([['tabsize', 8n]], (text, given) => expandTabs(text, at(given, 0))),
  partition: method(['sep'], (text, given) => partition(text, at(given, 0), false)),
  rpartition: method(['sep'], (text, given) => partition(text, at(given, 0), true)),
  removeprefix: method(['prefix'], (text, given) =>
    text.startsWith(textOf(at(given, 0))) ? text.slice(textOf(at(given, 0)).length) : text,
  ),
  removesuffix: method(['suffix'], (text, given) => {
    const suffix = textOf(at(given, 0))
    return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text
  }),
  isalpha: all(letters),
  isalnum: all(/[\p{L}\p{N}]/u),
  isdigit: all(/[\p{Nd}²³¹⁰-⁹₀-₉①-⑨]/u),
  isdecimal: all(/\p{Nd}/u),
  isnumeric: all(/\p{N}/u),
  isspace: all(/\s/u),
  isascii: simple((text) => characters(text).every((each) => each < '\x80')),
  isprintable: simple((text) => !/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(text)),
  isidentifier: simple((text) => /^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(text)),
  islower: simple(isLower),
  isupper: simple(isUpper),
  istitle: simple((text) => cased.test(text) && text === title(text)),
}

export function isLower(text: string): boolean {
  return cased.test(text) && !/[\p{Lu}\p{Lt}]/u.test(text)
}

export function isUpper(text: string): boolean {
  return cased.test(text) && !/[\p{Ll}\p{Lt}]/u.test(text)
}

/** A bound method of a text. */
export function textMethod(text: string, name: string, wrap: (result: Value) => Value = (result) => result): Value | undefined {
  const known = Object.hasOwn(methods, name) ? methods[name] : undefined
  if (known === undefined) return undefined
  const call = (positional: readonly Value[], named: Named): Value => {
    if (known.parameters.length === 0 && positional.length > 0)
      throw typeError(`str.${name}() takes no arguments (${positional.length} given)`)
    return wrap(known.apply(text, bind({ name: `str.${name}`, parameters: known.parameters }, positional, named)))
  }
  return new Callable(name, call)
}
