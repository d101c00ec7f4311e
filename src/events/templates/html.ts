/** Escaping for HTML, and its reverse, as MarkupSafe does. */
import { Markup } from './containers.ts'
import { str } from './printing.ts'
import type { Value } from './values.ts'

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', "'": '&#39;', '"': '&#34;' }

export function escapeText(text: string): string {
  return text.replaceAll(/[&<>'"]/g, (character) => escapes[character] ?? character)
}

/** The value as HTML; what is HTML already stays. */
export function escapeHtml(value: Value): string {
  return value instanceof Markup ? value.text : escapeText(str(value))
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  copy: '©',
  reg: '®',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  euro: '€',
}

export function unescapeHtml(text: string): string {
  return text.replaceAll(
    /&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|([a-zA-Z]+));/g,
    (whole, decimal?: string, hexadecimal?: string, name?: string) => {
      if (name !== undefined) return named[name] ?? whole
      const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal)
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd'
    },
  )
}

/** The text without tags and comments, white space as single blanks. */
export function stripTags(html: string): string {
  const without = html.replaceAll(/<!--.*?-->/gs, '').replaceAll(/<.*?>/gs, '')
  return unescapeHtml(without.split(/\s+/u).filter(Boolean).join(' '))
}
