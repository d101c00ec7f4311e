/**
 * The reference's SQLite schema, letter by letter: SQLite keeps the text of each CREATE, and the two servers compare
 * equal only when ours has the same blanks. What the reference's many migrations spelled differently is named here.
 */
const uuidParts = [
  'lower(hex(randomblob(4)))',
  "'-'",
  'lower(hex(randomblob(2)))',
  "'-4'",
  'substr(lower(hex(randomblob(2))),2)',
  "'-'",
  "substr('89ab',abs(random()) % 4 + 1, 1)",
  'substr(lower(hex(randomblob(2))),2)',
  "'-'",
  'lower(hex(randomblob(6)))',
]

const randomUuid = (open: string, close: string, lineEnd: string): string =>
  `${open}        ${uuidParts.join(`${lineEnd}\n        || `)}\n    ${close}`

/** The default of an `id` column, in its four spellings. */
export const randomId = {
  plain: randomUuid('((\n', '))', ''),
  spaced: randomUuid('((\n', '))', ' '),
  nested: randomUuid('(\n    (\n', ')\n    )', ''),
  nestedSpaced: randomUuid('(\n    (\n', ')\n    )', ' '),
}

export const now = "(strftime('%Y-%m-%d %H:%M:%f000', 'now'))"

/** Splits readable SQL into statements, with the blanks that the reference's tools put between columns. */
export function statements(text: string): string[] {
  return text
    .split(/;\n/)
    .map((statement) => statement.replace(/^\n+/, ''))
    .filter((statement) => statement !== '')
    .map((statement) =>
      statement.startsWith('CREATE TABLE') ? statement.replaceAll(',\n  ', ', \n\t').replace('(\n  ', '(\n\t') : statement,
    )
}
