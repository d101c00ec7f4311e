/** `tojson`: JSON as Python's json.dumps writes it with sorted keys, safe within HTML. */
import { sorted } from '../comparing.ts'
import { Dict, Markup, Tuple } from '../containers.ts'
import { toIndex } from '../converting.ts'
import { type Filter, filter } from '../environment.ts'
import { Labels, Model } from '../models.ts'
import { floatText, repr } from '../printing.ts'
import { isList, typeError, typeName, type Value } from '../values.ts'

const unsafe: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', "'": '\\u0027' }

export const jsonFilters: Readonly<Record<string, Filter>> = {
  tojson: filter(
    '_tojson',
    ['value', ['indent', null]],
    ([value = null, indent = null]) => {
      const step = indent === null ? null : typeof indent === 'string' ? indent : ' '.repeat(Math.max(0, toIndex(indent)))
      return new Markup(json(value, step, '').replaceAll(/[<>&']/g, (character) => unsafe[character] ?? character))
    },
    1,
  ),
}

function json(value: Value, step: string | null, indent: string): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (typeof value === 'string') return quoted(value)
  if (value instanceof Markup) return quoted(value.text)
  if (typeof value === 'number')
    return Number.isNaN(value) ? 'NaN' : Number.isFinite(value) ? floatText(value) : value < 0 ? '-Infinity' : 'Infinity'
  if (typeof value === 'bigint') return repr(value)
  if (isList(value) || value instanceof Tuple) {
    const items = isList(value) ? value : value.items
    return enclosed('[', ']', items, step, indent, (item, inner) => json(item, step, inner))
  }
  if (value instanceof Labels) return json(value.labels, step, indent)
  if (value instanceof Model) return json(value.json(), step, indent)
  if (value instanceof Dict) {
    const keys = sorted(
      value.entries.map(([key]) => key),
      (key) => key,
      false,
    )
    return enclosed('{', '}', keys, step, indent, (key, inner) => `${keyText(key)}: ${json(value.get(key) ?? null, step, inner)}`)
  }
  throw typeError(`Object of type ${typeName(value)} is not JSON serializable`)
}

function keyText(key: Value): string {
  if (typeof key === 'string') return quoted(key)
  if (key === null || typeof key === 'boolean' || typeof key === 'number' || typeof key === 'bigint') return `"${json(key, null, '')}"`
  throw typeError(`keys must be str, int, float, bool or None, not ${typeName(key)}`)
}

function enclosed(
  open: string,
  close: string,
  items: readonly Value[],
  step: string | null,
  indent: string,
  show: (item: Value, indent: string) => string,
): string {
  if (items.length === 0) return open + close
  if (step === null) return open + items.map((item) => show(item, '')).join(', ') + close
  const inner = indent + step
  return `${open}\n${items.map((item) => inner + show(item, inner)).join(',\n')}\n${indent}${close}`
}

const quoted = (text: string): string =>
  JSON.stringify(text).replaceAll(/[\x7f-\uffff]/g, (character) =>
    character === '\x7f' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
