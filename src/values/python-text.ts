/** Text as Python's `repr` writes it: the reference quotes names that way in its messages. */
export function pythonRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  let written = quote
  for (const character of text) written += escapeCharacter(character, quote)
  return written + quote
}

const named: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }
const unprintable = /[\p{C}\p{Z}]/u

function escapeCharacter(character: string, quote: string): string {
  if (character === quote) return `\\${quote}`
  const short = named[character]
  if (short !== undefined) return short
  if (character === ' ' || !unprintable.test(character)) return character
  const code = character.codePointAt(0) ?? 0
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`
}
