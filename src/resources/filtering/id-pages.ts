/** Pages of ids, for services that work through many rows: each page begins after the last id of the one before. */
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { Uuid } from '../../values/uuid.ts'

/** What asks for a page has this field. */
export const afterId = { after: s.optional(s.nullable(s.uuid()), null) }

/** What deals with the rows of a page. */
export const Ids = s.parameters({ ids: s.list(s.uuid()) })

export interface IdPage {
  ids: Uuid[]
  /** Where the next page begins; null when this is the last. */
  next: { after: Uuid } | null
}

/** The rows of `table`, which `from` may join with others, that are chosen. */
export async function idPage(
  tx: Transaction,
  table: string,
  chosen: Sql,
  after: Uuid | null,
  limit: number,
  from = sql.id(table),
): Promise<IdPage> {
  const id = sql.id(table, 'id')
  const later = after === null ? sql.empty : sql` AND ${id} > ${after}`
  const rows = await tx.query<{ id: Uuid }>(sql`SELECT ${id} AS id FROM ${from} WHERE ${chosen}${later} ORDER BY ${id} LIMIT ${limit}`)
  const ids = rows.map((row) => row.id)
  const last = ids.at(-1)
  return { ids, next: last === undefined || ids.length < limit ? null : { after: last } }
}
