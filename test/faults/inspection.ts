/** Looks into the database itself, behind the server's back. */
import { copyFileSync, existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import pg from 'pg'

export interface Inspection {
  /** Rows of a query that both databases understand; ids are lower-case text. */
  rows<Row>(statement: string): Promise<Row[]>
  close(): Promise<void>
}

/** Opens a copy of a SQLite file and its WAL, as they lie there after a kill, or a PostgreSQL database. */
export async function inspect(database: string): Promise<Inspection> {
  if (database.startsWith('postgresql://')) {
    const client = new pg.Client({ connectionString: database })
    await client.connect()
    return {
      rows: async <Row>(statement: string) => (await client.query(statement)).rows as Row[],
      close: () => client.end(),
    }
  }
  const copy = `${database}.copy`
  for (const suffix of ['', '-wal']) {
    if (existsSync(database + suffix)) copyFileSync(database + suffix, copy + suffix)
  }
  const connection = new Database(copy)
  return {
    rows: <Row>(statement: string) => Promise.resolve(connection.prepare(statement).all() as Row[]),
    close: () => Promise.resolve(void connection.close()),
  }
}
