/** Regular expressions as Python's `re.search` takes them, as far as the two languages differ in spelling. */

const compiled = new Map<string, RegExp | null>()
const mostKept = 500

/** The expression, or null when it is none. */
export function compilePattern(pattern: string): RegExp | null {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  if (compiled.size >= mostKept) compiled.clear()
  const expression = compile(pattern)
  compiled.set(pattern, expression)
  return expression
}

/** Whether the pattern is found in the text; a pattern that is none is found nowhere. */
export function matches(pattern: string, text: string): boolean {
  return compilePattern(pattern)?.test(text) ?? false
}

function compile(pattern: string): RegExp | null {
  const spelled = pattern
    .replaceAll('(?P<', '(?<')
    .replace(/\(\?P=(\w+)\)/g, '\\k<$1>')
    .replaceAll('\\A', '^')
    .replaceAll('\\Z', '(?![^])')
    // Python's $ matches before a final line break too.
    .replace(/(?<!\\)\$$/, '(?=\\n?(?![^]))')
  for (const flags of ['u', '']) {
    try {
      return new RegExp(spelled, flags)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
    }
  }
  return null
}
