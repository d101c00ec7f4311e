/**
 * The search language of logs and events: words and "phrases", of which one must occur, `+must` occur, `-not` (or `!not`)
 * occur. Whatever the case, anywhere in the text.
 */
import { type Sql, sql } from '../../storage/sql.ts'
import { isStorable } from './words.ts'

export interface TextSearch {
  include: string[]
  exclude: string[]
  required: string[]
}

/** Python's idea of white space, which is not JavaScript's. */
const space = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'

/**
 * A sign only counts when something follows it at once, and a lone one is nothing. In a phrase a backslash protects the next
 * character; the closing quote may be missing. A quote ends a word.
 */
const term = new RegExp(`(?![-!+](?:[${space}]|$))([-!+]?)(?:"((?:\\\\[^]|[^"])*)"?|([^${space}"]+))`, 'g')
const blank = new RegExp(`^[${space}]*$`)

/** Takes a query apart. */
export function parseTextSearch(query: string): TextSearch {
  const search: TextSearch = { include: [], exclude: [], required: [] }
  for (const [, sign, phrase, word] of query.matchAll(term)) {
    const text = word ?? (phrase ?? '').replace(/\\(["\\])/g, '$1')
    if (blank.test(text)) continue
    if (sign === '') search.include.push(text)
    else if (sign === '+') search.required.push(text)
    else search.exclude.push(text)
  }
  return search
}

/** Whether `text` is what the query looks for. */
export function matchesTextSearch(search: TextSearch, text: string): boolean {
  const searched = text.toLowerCase()
  const occurs = (part: string): boolean => searched.includes(part.toLowerCase())
  if (search.include.length > 0 && !search.include.some(occurs)) return false
  return !search.exclude.some(occurs) && search.required.every(occurs)
}

/** The query as conditions on an SQL text, one for each of its parts. */
export function textSearchConditions(search: TextSearch, text: Sql): Sql[] {
  const occurs = (part: string): Sql => {
    const wanted = part.toLowerCase()
    return sql.dialect({
      sqlite: sql`instr(lower(${text}), ${wanted}) > 0`,
      postgres: isStorable(wanted) ? sql`strpos(lower(${text}), ${wanted}) > 0` : sql.or([]),
    })
  }
  const conditions: Sql[] = []
  if (search.include.length > 0) conditions.push(sql.or(search.include.map(occurs)))
  if (search.exclude.length > 0) conditions.push(sql`NOT (${sql.or(search.exclude.map(occurs))})`)
  if (search.required.length > 0) conditions.push(sql.and(search.required.map(occurs)))
  return conditions
}
