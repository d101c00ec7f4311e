/** Lines of at most so many characters, broken as Python's textwrap breaks them. */
import { valueError } from '../values.ts'

const letter = String.raw`[^\d\W]`
const word = String.raw`[\w!"'&.,?]`
const chunkPattern = new RegExp(
  String.raw`(\s+|(?<=${word})-{2,}(?=\w)|[^\s]*?(?:-(?:(?<=${letter}{2}-)|(?<=${letter}-${letter}-))(?=${letter}-?${letter})|(?=\s|$)|(?<=${word})(?=-{2,}\w)))`,
  'u',
)

export function wrap(text: string, width: number, breaksWords: boolean, breaksHyphens: boolean): string[] {
  if (width <= 0) throw valueError(`invalid width ${width} (must be > 0)`)
  const chunks = text
    .split(breaksHyphens ? chunkPattern : /(\s+)/u)
    .filter(Boolean)
    .reverse()
  const lines: string[] = []
  while (chunks.length > 0) {
    const line: string[] = []
    let length = 0
    if (chunks.at(-1)?.trim() === '' && lines.length > 0) chunks.pop()
    while (chunks.length > 0) {
      const next = chunks.at(-1) ?? ''
      if (length + next.length > width) break
      line.push(next)
      length += next.length
      chunks.pop()
    }
    const long = chunks.at(-1) ?? ''
    if (long.length > width) {
      if (breaksWords) {
        const room = Math.max(1, width - length)
        const hyphen = breaksHyphens && long.length > room ? long.slice(0, room).lastIndexOf('-') : -1
        const end = hyphen > 0 && /[^-]/.test(long.slice(0, hyphen)) ? hyphen + 1 : room
        line.push(long.slice(0, end))
        chunks[chunks.length - 1] = long.slice(end)
      } else if (line.length === 0) line.push(chunks.pop() ?? '')
    }
    if (line.at(-1)?.trim() === '') line.pop()
    if (line.length > 0) lines.push(line.join(''))
  }
  return lines
}
