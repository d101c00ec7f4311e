/** Filters of texts. */
import { binary } from '../arithmetic.ts'
import { characters, Dict, iterate, lengthOf, Markup, Tuple } from '../containers.ts'
import { fixed, isTrue, toFloat, toIndex } from '../converting.ts'
import { type Filter, filter } from '../environment.ts'
import { escapeHtml, escapeText, stripTags } from '../html.ts'
import { percentFormat } from '../percent-format.ts'
import { repr, str } from '../printing.ts'
import { capitalize, center, replace, splitLines, textMethod } from '../text-methods.ts'
import { Undefined } from '../undefined.ts'
import { Callable, isList, PythonError, PythonObject, typeError, typeName, type Value, valueError } from '../values.ts'
import { pprint } from './pprint.ts'
import { urlize } from './urlize.ts'
import { wrap } from './wordwrap.ts'

const none: Value = null
/** A filter that turns the value's text into another text; HTML stays HTML. */
const textual = (name: string, apply: (text: string) => string): Filter =>
  filter(name, ['s'], ([value = none]) => (value instanceof Markup ? new Markup(apply(value.text)) : apply(str(value))))

const asHtml: Filter = filter('escape', ['s'], ([value = none]) => new Markup(value instanceof Undefined ? '' : escapeHtml(value)))

export const textFilters: Readonly<Record<string, Filter>> = {
  capitalize: textual('do_capitalize', capitalize),
  center: filter('do_center', ['value', ['width', 80n]], ([value = none, width = none]) => center(str(value), width)),
  e: asHtml,
  escape: asHtml,
  filesizeformat: filter('do_filesizeformat', ['value', ['binary', false]], ([value = none, isBinary = none]) =>
    fileSize(toFloat(value), isTrue(isBinary)),
  ),
  forceescape: filter('do_forceescape', ['value'], ([value = none]) => new Markup(escapeText(str(value)))),
  format: ([value = none, ...positional], named) => {
    if (positional.length > 0 && named.size > 0) throw filterArgumentError("can't handle positional and keyword arguments at the same time")
    return percentFormat(value instanceof Markup ? value : str(value), named.size > 0 ? new Dict(named) : new Tuple(positional))
  },
  indent: filter('do_indent', ['s', ['width', 4n], ['first', false], ['blank', false]], indent),
  lower: textual('do_lower', (text) => text.toLowerCase()),
  pprint: filter('do_pprint', ['value'], ([value = none]) => pprint(value)),
  replace: filter(
    'do_replace',
    ['s', 'old', 'new', ['count', null]],
    ([value = none, old = none, by = none, count = none], { escapes }) => {
      const most = count === null ? -1 : toIndex(count)
      if (!escapes) return replace(str(value), str(old), str(by), most)
      if (value instanceof Markup) return new Markup(replace(value.text, escapeHtml(old), escapeHtml(by), most))
      return old instanceof Markup || by instanceof Markup
        ? new Markup(replace(escapeHtml(value), escapeHtml(old), escapeHtml(by), most))
        : replace(str(value), str(old), str(by), most)
    },
    1,
  ),
  safe: filter('do_mark_safe', ['value'], ([value = none]) => new Markup(str(value))),
  string: filter('soft_str', ['s'], ([value = none]) => (value instanceof Markup ? value : str(value))),
  striptags: filter('do_striptags', ['value'], ([value = none]) => stripTags(str(value))),
  title: filter('do_title', ['s'], ([value = none]) => titled(str(value))),
  trim: filter('do_trim', ['value', ['chars', null]], ([value = none, chars = none]) => {
    const strip = textMethod(str(value), 'strip')
    return strip instanceof Callable ? strip.call([chars], new Map()) : null
  }),
  truncate: filter('do_truncate', ['s', ['length', 255n], ['killwords', false], ['end', '...'], ['leeway', null]], truncate, 1),
  upper: textual('do_upper', (text) => text.toUpperCase()),
  urlencode: filter('do_urlencode', ['value'], ([value = none]) => urlEncode(value)),
  urlize: filter(
    'do_urlize',
    ['value', ['trim_url_limit', null], ['nofollow', false], ['target', null], ['rel', null], ['extra_schemes', null]],
    urlize,
    1,
  ),
  wordcount: filter('do_wordcount', ['s'], ([value = none]) => BigInt(str(value).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0)),
  wordwrap: filter(
    'do_wordwrap',
    ['s', ['width', 79n], ['break_long_words', true], ['wrapstring', null], ['break_on_hyphens', true]],
    ([value = none, width = none, breakWords = none, by = none, breakHyphens = none]) => {
      const newline = by === null ? '\n' : str(by)
      if (typeof value !== 'string' && !(value instanceof Markup)) throw noAttribute(value, 'splitlines')
      return splitLines(str(value))
        .map((line) => wrap(line, toIndex(width), isTrue(breakWords), isTrue(breakHyphens)).join(newline))
        .join(newline)
    },
    1,
  ),
  xmlattr: filter(
    'do_xmlattr',
    ['d', ['autospace', true]],
    ([value = none, space = none], { escapes }) => {
      if (!(value instanceof Dict)) throw noAttribute(value, 'items')
      const attributes = value.entries.flatMap(([key, each]) => {
        if (each === null || each instanceof Undefined) return []
        if (/[\s/>=]/.test(str(key))) throw valueError(`Invalid character in attribute name: ${repr(key)}`)
        return [`${escapeHtml(key)}="${escapeHtml(each)}"`]
      })
      const text = `${isTrue(space) && attributes.length > 0 ? ' ' : ''}${attributes.join(' ')}`
      return escapes ? new Markup(text) : text
    },
    1,
  ),
}

export const filterArgumentError = (message: string): PythonError => new PythonError('FilterArgumentError', message)
export const noAttribute = (value: Value, name: string): PythonError =>
  value instanceof Undefined ? value.error() : new PythonError('AttributeError', `'${typeName(value)}' object has no attribute '${name}'`)

function titled(text: string): string {
  return text
    .split(/([-\s({[<]+)/u)
    .map((word) => {
      const [first = '', ...rest] = characters(word)
      return first.toUpperCase() + rest.join('').toLowerCase()
    })
    .join('')
}

function indent([value = none, width = none, first = none, blank = none]: readonly Value[]): Value {
  const indention = typeof width === 'string' ? width : ' '.repeat(Math.max(0, toIndex(width)))
  const ended = binary('+', value, '\n')
  const lines = splitLines(str(ended))
  const shown = isTrue(blank)
    ? lines.join(`\n${indention}`)
    : lines.map((line, index) => (index > 0 && line !== '' ? indention + line : line)).join('\n')
  const text = isTrue(first) ? indention + shown : shown
  return value instanceof Markup ? new Markup(text) : text
}

function truncate([value = none, length = none, kills = none, end = none, leeway = none]: readonly Value[]): Value {
  const most = toIndex(length)
  const tail = str(end)
  const room = leeway === null ? 5 : toIndex(leeway)
  if (most < lengthOf(tail)) throw new PythonError('AssertionError', `expected length >= ${lengthOf(tail)}, got ${most}`)
  if (room < 0) throw new PythonError('AssertionError', `expected leeway >= 0, got ${room}`)
  if (lengthOf(value) <= most + room) return value
  if (typeof value !== 'string' && !(value instanceof Markup)) {
    if (isList(value) || value instanceof Tuple) throw isTrue(kills) ? binaryProblem(value) : noAttribute(value, 'rsplit')
    throw typeError(`'${typeName(value)}' object is not subscriptable`)
  }
  const head = characters(str(value))
    .slice(0, most - lengthOf(tail))
    .join('')
  const blank = head.lastIndexOf(' ')
  const text = (isTrue(kills) || blank < 0 ? head : head.slice(0, blank)) + tail
  return value instanceof Markup ? new Markup(text) : text
}

const binaryProblem = (value: Value): PythonError => typeError(`can only concatenate ${typeName(value)} (not "str") to ${typeName(value)}`)

function fileSize(bytes: number, isBinary: boolean): string {
  const base = isBinary ? 1024 : 1000
  if (bytes === 1) return '1 Byte'
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`
  const prefixes = isBinary ? ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'] : ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB']
  const index = prefixes.findIndex((_, at) => bytes < base ** (at + 2))
  const at = index < 0 ? prefixes.length - 1 : index
  return `${fixed((base * bytes) / base ** (at + 2), 1)} ${prefixes[at]}`
}

/** Percent-encoding of a value in an address, or in its query. */
export function urlQuote(value: Value, inQuery = false): string {
  const quoted = encodeURIComponent(str(value)).replaceAll(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)
  return inQuery ? quoted.replaceAll('%20', '+') : quoted.replaceAll('%2F', '/')
}

function urlEncode(value: Value): string {
  const isIterable = isList(value) || (value instanceof PythonObject && !(value instanceof Markup) && value.iterate() !== null)
  if (!isIterable) return urlQuote(value)
  const pairs = value instanceof Dict ? value.entries : [...iterate(value)].map((pair) => [...iterate(pair)])
  return pairs.map(([key = none, each = none]) => `${urlQuote(key, true)}=${urlQuote(each, true)}`).join('&')
}
