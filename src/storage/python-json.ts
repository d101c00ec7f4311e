/**
 * JSON spelled as Python's `json.dumps` spells it: a blank after `,` and `:`, everything beyond ASCII escaped. Only for
 * JSON that SQLite compares as text in a unique index, so that rows of the reference and ours are the same rows.
 */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`
  if (typeof value === 'object' && value !== null && !JSON.stringify(value).startsWith('{')) return ascii(JSON.stringify(value))
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, member]) => `${ascii(JSON.stringify(key))}: ${pythonJson(member)}`)
      .join(', ')}}`
  }
  return ascii(JSON.stringify(value ?? null))
}

const ascii = (text: string): string =>
  text.replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
