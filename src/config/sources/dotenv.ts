/** `.env` files as python-dotenv reads them: quotes, escapes, comments, and `${NAME:-default}`. */

const line = new RegExp(
  [
    /\s*/, // blank lines before
    /(?:export[^\S\r\n]+)?/,
    /(?:'(?<quotedKey>[^']+)'|(?<key>[^=#\s][^=#\s]*))?/,
    /[^\S\r\n]*/,
    /(?<assigned>=(?<space>[^\S\r\n]*)(?:'(?<single>(?:\\[\s\S]|[^'\\])*)'|"(?<double>(?:\\[\s\S]|[^"\\])*)"|(?<plain>[^\r\n'"][^\r\n]*)?))?/,
    /(?:[^\S\r\n]*#[^\r\n]*)?/,
    /[^\S\r\n]*(?:\r\n|\n|\r|$)/,
  ]
    .map((part) => part.source)
    .join(''),
  'y',
)
const restOfLine = /[^\r\n]*(?:\r\n|\n|\r|$)/y
const escapes: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** The variables of a `.env` file. Lines that make no sense are passed over. */
export function parseDotenv(source: string, environment: Readonly<Record<string, string | undefined>>): Map<string, string> {
  const values = new Map<string, string>()
  const content = source.replace(/^\uFEFF/, '')
  let position = 0
  while (position < content.length) {
    line.lastIndex = position
    const match = line.exec(content)
    if (match?.groups === undefined || match[0] === '') {
      restOfLine.lastIndex = position
      position += Math.max(1, restOfLine.exec(content)?.[0].length ?? 1)
      continue
    }
    position = line.lastIndex
    const key = match.groups.quotedKey ?? match.groups.key
    if (key === undefined || match.groups.assigned === undefined) continue
    values.set(key, interpolate(unquoted(match.groups), values, environment))
  }
  return values
}

function unquoted({ space, single, double, plain }: Record<string, string | undefined>): string {
  if (single !== undefined) return single.replace(/\\([\\'])/g, '$1')
  if (double !== undefined) return double.replace(/\\([\\'"abfnrtv])/g, (_, letter: string) => escapes[letter] ?? letter)
  if (plain === undefined || (space !== '' && plain.startsWith('#'))) return ''
  return plain.replace(/\s+#.*/, '').trimEnd()
}

/** The file's own variables come before those of the environment. */
function interpolate(value: string, values: Map<string, string>, environment: Readonly<Record<string, string | undefined>>): string {
  return value.replace(/\$\{([^}:]*)(?::-([^}]*))?\}/g, (_, name: string, fallback: string | undefined) => {
    return values.get(name) ?? environment[name] ?? fallback ?? ''
  })
}
