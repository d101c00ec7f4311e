/** Sort orders as tables: a word such as `END_TIME_DESC` names its column and its direction itself. */
import * as s from '../../schema/index.ts'
import { type Sql, sql } from '../../storage/sql.ts'

export interface Sort<Word extends string> {
  readonly schema: s.Schema<Word>
  readonly words: readonly Word[]
  /** What follows ORDER BY. Where nulls go is each database's habit, which its indexes follow. */
  orderBy(word: Word): Sql
}

/** One of a sort's orders: `SortWord<typeof FlowRunSort>`. */
export type SortWord<S> = S extends Sort<infer Word> ? Word : never

/** Declares the sort orders of `table`; `terms` are the orders that are no plain column. */
export function sort<Word extends string>(
  name: string,
  table: string,
  words: readonly Word[],
  terms: Record<string, Sql[]> = {},
): Sort<Word> {
  return {
    schema: s.enumeration(name, words),
    words,
    orderBy(word) {
      const direction = word.endsWith('_DESC') ? 'DESC' : 'ASC'
      const subject = word.slice(0, word.lastIndexOf('_'))
      const columns = terms[subject] ?? [sql.id(table, subject.toLowerCase())]
      return sql.join(
        columns.map((column) => sql`${column} ${sql.raw(direction)}`),
        ', ',
      )
    },
  }
}
