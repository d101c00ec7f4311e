/** Says how two lists of lines differ, briefly: of JSON lines only the places that differ. */

/** Throws when the lines are not the same ones in the same order, or when there are none to compare. */
export function compareLines(theirs: readonly string[], ours: readonly string[]): void {
  if (theirs.length === 0) throw new Error('the reference shows nothing, so this compares nothing')
  const [known, found] = [new Set(theirs), new Set(ours)]
  const missing = theirs.filter((line) => !found.has(line))
  const extra = ours.filter((line) => !known.has(line))
  if (missing.length + extra.length > 0) {
    const lines = Array.from({ length: Math.min(12, Math.max(missing.length, extra.length)) }, (_, index) =>
      describe(missing[index], extra[index]),
    )
    throw new Error(`${missing.length} lines of the reference are missing, ${extra.length} are ours alone\n${lines.join('\n')}`)
  }
  const at = theirs.findIndex((line, index) => line !== ours[index])
  if (at >= 0 || theirs.length !== ours.length)
    throw new Error(`the same lines in another order or number, from line ${at}\n${describe(theirs[at], ours[at])}`)
}

function describe(theirs: string | undefined, ours: string | undefined): string {
  const [a, b] = [parse(theirs), parse(ours)]
  if (a === undefined || b === undefined) return `    - ${shorten(theirs)}\n    + ${shorten(ours)}`
  const places = [...differences(a, b)]
  return [`    ${shorten(theirs)}`, ...places.slice(0, 8).map((place) => `      ${place}`)].join('\n')
}

/** The JSON object in a line, if there is one (a prefix such as `name: ` may stand before it). */
function parse(line: string | undefined): unknown {
  if (line === undefined) return undefined
  try {
    const answer = Math.max(0, line.indexOf('→'))
    return JSON.parse(line.slice(Math.max(0, answer + line.slice(answer).search(/[[{]/))))
  } catch {
    return undefined
  }
}

/** Places at which two JSON values differ: `path: theirs != ours`. */
export function* differences(theirs: unknown, ours: unknown, path = '$'): Generator<string> {
  if (isObject(theirs) && isObject(ours)) {
    for (const key of new Set([...Object.keys(theirs), ...Object.keys(ours)])) yield* differences(theirs[key], ours[key], `${path}.${key}`)
  } else if (JSON.stringify(theirs) !== JSON.stringify(ours)) {
    yield `${path}: ${shorten(JSON.stringify(theirs))} != ${shorten(JSON.stringify(ours))}`
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const shorten = (text: string | undefined): string =>
  text === undefined ? '<nothing>' : text.length > 200 ? `${text.slice(0, 200)}…` : text
