import { type Sql, sql } from './sql.ts'

/**
 * A condition for scans that may take long: true, until the time of a statement is over; then the statement fails with a
 * timeout. SQLite has nothing else that ends a statement; on PostgreSQL `statement_timeout` does. `table` is its name or alias.
 */
export const withinDeadline = (table: string): Sql =>
  sql.dialect({ sqlite: () => sql`within_deadline(${sql.id(table, 'rowid')})`, postgres: sql`true` })
