/** The database behind a server under load, looked at and filled directly. */
import Sqlite from 'better-sqlite3'
import pg from 'pg'
import type { Backend } from '../test/environment/servers.ts'

export interface Database {
  backend: Backend
  /** The first column of the first row, as a number. */
  number(statement: string): Promise<number>
  /** Runs statements that are the same on both, or one for each database. */
  run(statement: string | Readonly<Record<Backend, string>>): Promise<void>
}

/** Opens the database for one statement at a time: it holds no lock while the server works. */
export function openDatabase(backend: Backend, database: string): Database {
  return backend === 'sqlite' ? sqlite(database) : postgres(database)
}

function sqlite(file: string): Database {
  const open = (): Sqlite.Database => {
    const connection = new Sqlite(file, { timeout: 30_000 })
    connection.pragma('synchronous = OFF')
    return connection
  }
  return {
    backend: 'sqlite',
    async number(statement) {
      const connection = open()
      try {
        return Number(connection.prepare(statement).pluck().get())
      } finally {
        connection.close()
      }
    },
    async run(statement) {
      const connection = open()
      try {
        connection.exec(typeof statement === 'string' ? statement : statement.sqlite)
      } finally {
        connection.close()
      }
    },
  }
}

function postgres(url: string): Database {
  const query = async (statement: string): Promise<pg.QueryResult> => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      return await client.query(statement)
    } finally {
      await client.end()
    }
  }
  return {
    backend: 'postgres',
    async number(statement) {
      const [row] = (await query(statement)).rows
      return Number(Object.values(row ?? {})[0])
    },
    async run(statement) {
      await query(typeof statement === 'string' ? statement : statement.postgres)
    },
  }
}
