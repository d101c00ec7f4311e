/** Cuts a template into tokens, after Jinja2's lexer with its default delimiters. */
import { pythonRepr } from '../../values/python-text.ts'
import { unescapeText } from './string-literal.ts'
import { TemplateSyntaxError } from './syntax-error.ts'

export interface Token {
  type: string
  value: string | bigint | number
  line: number
}

export const operators: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'sub',
  '/': 'div',
  '//': 'floordiv',
  '*': 'mul',
  '%': 'mod',
  '**': 'pow',
  '~': 'tilde',
  '[': 'lbracket',
  ']': 'rbracket',
  '(': 'lparen',
  ')': 'rparen',
  '{': 'lbrace',
  '}': 'rbrace',
  '==': 'eq',
  '!=': 'ne',
  '>': 'gt',
  '>=': 'gteq',
  '<': 'lt',
  '<=': 'lteq',
  '=': 'assign',
  '.': 'dot',
  ':': 'colon',
  '|': 'pipe',
  ',': 'comma',
  ';': 'semicolon',
}

type Rule = readonly [kind: string, pattern: RegExp]

const digits = String.raw`(?:\p{Nd}+_)*\p{Nd}+`
const inTags: readonly Rule[] = [
  ['whitespace', /\s+/suy],
  ['float', new RegExp(String.raw`(?<!\.)${digits}(?:(?:\.${digits})?e[+-]?${digits}|\.${digits})`, 'iuy')],
  ['integer', /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\p{Nd})*|0(?:_?0)*/iuy],
  ['name', /[\p{L}\p{N}_]+/uy],
  ['string', /'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*"/suy],
  ['operator', /\/\/|\*\*|==|!=|>=|<=|[+\-/*%~[\](){}><=.:|,;]/y],
]
const rules: Readonly<Record<'block' | 'variable', readonly Rule[]>> = {
  block: [['block_end', /\+%\}|-%\}\s*|%\}/y], ...inTags],
  variable: [['variable_end', /-\}\}\s*|\}\}/y], ...inTags],
}
const opening = /(.*?)(?:\{%([-+]?)\s*raw\s*(?:-%\}\s*|%\})|(\{\{|\{#|\{%)([-+]?))/suy
const commentEnd = /(.*?)(?:\+#\}|-#\}\s*|#\})/suy
const rawEnd = /(.*?)\{%([-+]?)\s*endraw\s*(?:\+%\}|-%\}\s*|%\})/suy
const closers: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']' }
const endOfText = /\s+$/u

/** The tokens one by one: an error is found only when the parser comes to it, as in Jinja2. */
export function* tokenize(template: string): Generator<Token> {
  const lines = template.split(/\r\n|\r|\n/)
  if (lines.at(-1) === '') lines.pop()
  const source = lines.join('\n')
  let position = 0
  let line = 1
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position
    return pattern.exec(source)
  }
  while (position < source.length) {
    const start = match(opening)
    if (start === null) {
      yield { type: 'data', value: source.slice(position), line }
      return
    }
    const [whole, before = '', rawSign, tag, sign = rawSign] = start
    const text = sign === '-' ? before.replace(endOfText, '') : before
    if (text !== '') yield { type: 'data', value: text, line }
    line += newlines(before)
    position += whole.length
    if (tag === '{#') {
      if (position >= source.length) return
      const end = match(commentEnd)
      if (end === null) throw new TemplateSyntaxError('Missing end of comment tag', line)
      line += newlines(end[0])
      position += end[0].length
    } else if (tag === undefined) {
      line += newlines(whole.slice(before.length))
      if (position >= source.length) return
      const end = match(rawEnd)
      if (end === null) throw new TemplateSyntaxError('Missing end of raw directive', line)
      const raw = end[2] === '-' ? (end[1] ?? '').replace(endOfText, '') : (end[1] ?? '')
      if (raw !== '') yield { type: 'data', value: raw, line }
      line += newlines(end[0])
      position += end[0].length
    } else {
      const kind = tag === '{%' ? 'block' : 'variable'
      yield { type: `${kind}_begin`, value: tag, line }
      const open: string[] = []
      for (;;) {
        if (position >= source.length) return
        const found = nextInTag(rules[kind], match, open.length > 0)
        if (found === null)
          throw new TemplateSyntaxError(`unexpected char ${pythonRepr(characterAt(source, position))} at ${offset(source, position)}`, line)
        const [type, value] = found
        if (type === 'operator') balance(open, value, line)
        position += value.length
        if (type !== 'whitespace') yield converted(type, value, line)
        line += newlines(value)
        if (type.endsWith('_end')) break
      }
    }
  }
}

const newlines = (text: string): number => text.split('\n').length - 1
const characterAt = (text: string, index: number): string => String.fromCodePoint(text.codePointAt(index) ?? 0)
const offset = (text: string, index: number): number => Array.from(text.slice(0, index)).length

/** Ends of tags that look like operators are none while a bracket is open. */
function nextInTag(
  candidates: readonly Rule[],
  match: (pattern: RegExp) => RegExpExecArray | null,
  isOpen: boolean,
): [string, string] | null {
  for (const [type, pattern] of candidates) {
    if (isOpen && type.endsWith('_end')) continue
    const value = match(pattern)?.[0]
    if (value !== undefined) return [type, value]
  }
  return null
}

function balance(open: string[], operator: string, line: number): void {
  const closer = closers[operator]
  if (closer !== undefined) open.push(closer)
  if (operator !== '}' && operator !== ')' && operator !== ']') return
  const expected = open.pop()
  if (expected === undefined) throw new TemplateSyntaxError(`unexpected '${operator}'`, line)
  if (expected !== operator) throw new TemplateSyntaxError(`unexpected '${operator}', expected '${expected}'`, line)
}

function converted(type: string, text: string, line: number): Token {
  switch (type) {
    case 'operator':
      return { type: operators[text] ?? type, value: text, line }
    case 'integer':
      return { type, value: BigInt(asciiDigits(text.replaceAll('_', ''))), line }
    case 'float':
      return { type, value: Number(asciiDigits(text.replaceAll('_', ''))), line }
    case 'string':
      return { type, value: unescapeText(text.slice(1, -1), line), line }
    case 'name':
      if (!/^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(text)) throw new TemplateSyntaxError('Invalid character in identifier', line)
      return { type, value: text, line }
    default:
      return { type, value: text, line }
  }
}

/** `\d` of Python is any decimal digit of any script. */
function asciiDigits(text: string): string {
  return text.replaceAll(/(?![0-9])\p{Nd}/gu, (digit) => {
    let zero = digit.codePointAt(0) ?? 0
    const code = zero
    while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && code - zero < 9) zero--
    return String(code - zero)
  })
}
