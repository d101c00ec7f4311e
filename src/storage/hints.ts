import { type Sql, sql } from './sql.ts'

/**
 * The column without SQLite's indexes on it. SQLite keeps no statistics here and takes any index for a good one; PostgreSQL
 * knows better.
 */
export const unindexed = (column: Sql): Sql => sql.dialect({ sqlite: sql`+${column}`, postgres: column })

/** After a table's name: the index that SQLite must use, where its guess would be a bad one. */
export const indexedBy = (index: string): Sql => sql.dialect({ sqlite: sql` INDEXED BY ${sql.id(index)}`, postgres: sql.empty })
