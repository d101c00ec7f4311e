/** Links for the addresses in a text. */

import { listOf, Markup } from '../containers.ts'
import { isTrue, toIndex } from '../converting.ts'
import type { Environment } from '../environment.ts'
import { escapeHtml, escapeText } from '../html.ts'
import { repr, str } from '../printing.ts'
import { PythonError, type Value } from '../values.ts'

const host = String.raw`(?:https?:\/\/|www\.)(?:(?:[\w%-]+\.)+)?(?:[a-z]{2,63}|xn--[\w%]{2,59})|(?:[\w%-]{2,63}\.)+(?:com|net|int|edu|gov|org|info|mil)`
const address = String.raw`https?:\/\/(?:\d{1,3}(?:\.\d{1,3}){3}|\[(?:[\da-f]{0,4}:){2}(?:[\da-f]{0,4}:?){1,6}\])`
const link = new RegExp(String.raw`^(?:${host}|${address})(?::\d{1,5})?(?:[/?#]\S*)?$`, 'i')
const email = /^\S+@\w[\w.-]*\.\w+$/
const scheme = /^([\w.+-]{2,}:(?:\/){0,2})$/
const brackets = [
  ['(', ')'],
  ['<', '>'],
  ['&lt;', '&gt;'],
] as const

export function urlize(
  [value = null, limit = null, noFollow = null, target = null, rel = null, schemes = null]: readonly Value[],
  { escapes }: Environment,
): Value {
  const rels = new Set([
    ...str(rel ?? '')
      .split(/\s+/)
      .filter(Boolean),
    ...(isTrue(noFollow) ? ['nofollow'] : []),
    'noopener',
  ])
  const extra = schemes === null ? [] : listOf(schemes).map(str)
  for (const each of extra)
    if (!scheme.test(each)) throw new PythonError('FilterArgumentError', `${repr(each)} is not a valid URI scheme prefix.`)
  const attributes = ` rel="${escapeText([...rels].sort().join(' '))}"${target === null || target === '' ? '' : ` target="${escapeHtml(target)}"`}`
  const most = limit === null ? null : toIndex(limit)
  const trimmed = (text: string): string => (most !== null && text.length > most ? `${text.slice(0, most)}...` : text)
  const text = escapeHtml(value)
    .split(/(\s+)/u)
    .map((word) => linked(word, attributes, trimmed, extra))
    .join('')
  return escapes ? new Markup(text) : text
}

function linked(word: string, attributes: string, trimmed: (text: string) => string, extra: readonly string[]): string {
  const head = /^(?:[(<]|&lt;)+/.exec(word)?.[0] ?? ''
  let middle = word.slice(head.length)
  let tail = /(?:[)>.,\n]|&gt;)+$/.exec(middle)?.[0] ?? ''
  middle = middle.slice(0, middle.length - tail.length)
  for (const [open, close] of brackets) {
    const missing = count(middle, open)
    if (missing <= count(middle, close)) continue
    for (let left = Math.min(missing, count(tail, close)); left > 0; left--) {
      const end = tail.indexOf(close) + close.length
      middle += tail.slice(0, end)
      tail = tail.slice(end)
    }
  }
  return head + anchor(middle, attributes, trimmed, extra) + tail
}

const count = (text: string, part: string): number => text.split(part).length - 1

function anchor(text: string, attributes: string, trimmed: (text: string) => string, extra: readonly string[]): string {
  if (link.test(text)) {
    const href = text.startsWith('https://') || text.startsWith('http://') ? text : `https://${text}`
    return `<a href="${href}"${attributes}>${trimmed(text)}</a>`
  }
  if (text.startsWith('mailto:') && email.test(text.slice(7))) return `<a href="${text}">${text.slice(7)}</a>`
  if (text.includes('@') && !text.startsWith('www.') && !text.startsWith('@') && !text.includes(':') && email.test(text))
    return `<a href="mailto:${text}">${text}</a>`
  let shown = text
  for (const each of extra) if (shown !== each && shown.startsWith(each)) shown = `<a href="${shown}"${attributes}>${shown}</a>`
  return shown
}
