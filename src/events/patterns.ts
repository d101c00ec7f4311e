/**
 * Patterns for labels: `*` is any text, `?` any character, `[abc]` and `[!abc]` a character of a set (Python's fnmatch); a
 * leading `!` turns the whole pattern around. A label that is absent matches nothing, not even what is turned around.
 */
export function matchesPattern(pattern: string, value: string | undefined): boolean {
  if (value === undefined) return false
  return pattern.startsWith('!') ? !compiled(pattern.slice(1)).test(value) : compiled(pattern).test(value)
}

/** Whether the pattern, in which `!` at the start means nothing, fits the text. */
export const matchesGlob = (pattern: string, text: string): boolean => compiled(pattern).test(text)

const known = new Map<string, RegExp>()
const mostKnown = 10_000

function compiled(pattern: string): RegExp {
  let expression = known.get(pattern)
  if (expression === undefined) {
    if (known.size >= mostKnown) known.clear()
    expression = new RegExp(`^${translate(pattern)}$`, 'su')
    known.set(pattern, expression)
  }
  return expression
}

function translate(pattern: string): string {
  let translated = ''
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? ''
    if (character === '*') translated += '.*'
    else if (character === '?') translated += '.'
    else if (character === '[') {
      // A bracket right after the opening one (or its `!`) belongs to the set; without a closing one it is a plain character.
      const first = pattern[at + 1] === '!' ? at + 2 : at + 1
      const end = pattern.indexOf(']', pattern[first] === ']' ? first + 1 : first)
      if (end < 0) translated += '\\['
      else {
        const set = pattern.slice(first, end).replace(/[\\\]^[]/g, '\\$&')
        translated += pattern[at + 1] === '!' ? `[^${set}]` : `[${set}]`
        at = end
      }
    } else translated += /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character
  }
  return translated
}
