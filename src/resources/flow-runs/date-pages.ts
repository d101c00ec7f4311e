/** Pages of flow runs in the order of a date, for services: each begins after the last run of the one before. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'

export const DatePosition = s.parameters({
  after_date: s.optional(s.nullable(s.datetime()), null),
  after: s.optional(s.nullable(s.uuid()), null),
})

interface DatePage {
  ids: Uuid[]
  /** Where the next page begins; null when this is the last. */
  next: { after_date: Timestamp; after: Uuid } | null
}

export async function datePage(
  tx: Transaction,
  column: 'next_scheduled_start_time' | 'state_timestamp',
  chosen: Sql,
  { after_date, after }: Infer<typeof DatePosition>,
  limit: number,
): Promise<DatePage> {
  const date = sql.id(column)
  const later = after_date === null || after === null ? sql.empty : sql` AND (${date}, id) > (${after_date}, ${after})`
  const rows = await tx.query<{ id: Uuid; date: Timestamp }>(sql`
    SELECT id, ${date} AS date FROM flow_run WHERE ${chosen}${later} ORDER BY ${date}, id LIMIT ${limit}`)
  const last = rows.at(-1)
  const isLast = last === undefined || rows.length < limit
  return { ids: rows.map((row) => row.id), next: isLast ? null : { after_date: last.date, after: last.id } }
}
