/**
 * JSON as Python's `json.dumps(value, sort_keys=True)` spells it: the checksums of block schemas are over this text, and
 * clients compute them too.
 */
import { isNumber } from '../../schema/numbers.ts'
import { pythonRepr } from '../../schema/python-str.ts'
import type { Json } from '../../values/json.ts'

export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return quoted(value)
  if (isNumber(value)) return numberText(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(', ')}]`
  const members = Object.entries(value).sort(([a], [b]) => byCodePoints(a, b))
  return `{${members.map(([key, member]) => `${quoted(key)}: ${canonicalJson(member)}`).join(', ')}}`
}

const notFinite: Record<string, string> = { nan: 'NaN', inf: 'Infinity', '-inf': '-Infinity' }

function numberText(value: Parameters<typeof pythonRepr>[0]): string {
  const text = pythonRepr(value)
  return notFinite[text] ?? text
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** JavaScript orders by UTF-16 units, where the characters beyond 0xffff come before those from 0xe000. */
function byCodePoints(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length)
  for (let index = 0; index < shorter; index++) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)]
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

const rank = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x2000 : unit >= 0xe000 ? unit - 0x800 : unit)
