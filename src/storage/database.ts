/** What the rest of the server knows of a database. `sqlite/` and `postgres/` implement it, and nobody else imports them. */
import type { Dialect, Sql } from './sql.ts'

/** A row as both backends give it: Timestamp, Duration, boolean, parsed JSON, numbers, text. */
export type Row = Record<string, unknown>

export interface Transaction {
  readonly dialect: Dialect
  /** Runs a statement and gives its rows, decoded by the columns' types. `Result` is the row type its author vouches for. */
  query<Result = Row>(statement: Sql): Promise<Result[]>
  /** Runs a statement and gives the number of rows it touched. */
  execute(statement: Sql): Promise<number>
  /** Runs `work` in a savepoint: when it throws, what it wrote is undone and the error passed on. */
  savepoint<Result>(work: () => Promise<Result>): Promise<Result>
}

/** One actor's way into the database: some connections (one on SQLite), each with one transaction at a time. */
export interface Database {
  readonly dialect: Dialect
  /** Runs `work` and commits. Resolves only when the commit is certain; what `work` throws rolls back and is thrown. */
  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>
  /** Runs `work` against one snapshot or without a transaction; it must not write. */
  read<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

/** Errors of a database that mean something to the caller; whatever else a driver throws is a fault (500). */
export class DatabaseError extends Error {
  readonly kind: DatabaseErrorKind
  /** The backend's own code: a SQLSTATE or SQLite's result code. */
  readonly code: string | undefined
  /** The violated constraint: its name on PostgreSQL, `table.column, …` on SQLite. */
  readonly constraint: string | undefined
  constructor(kind: DatabaseErrorKind, message: string, options: DatabaseErrorOptions = {}) {
    super(message, options)
    this.name = 'DatabaseError'
    this.kind = kind
    this.code = options.code
    this.constraint = options.constraint
  }
}

export interface DatabaseErrorOptions extends ErrorOptions {
  code?: string | undefined
  constraint?: string | undefined
}

/**
 * - integrity: a constraint was violated (409 in the reference's words)
 * - unavailable: no connection, or the server is going down; certainly not committed (503)
 * - full, readonly, corrupt: the disk or the file; certainly not committed (503)
 * - conflict: serialisation failure or deadlock; worth another try
 * - invalid: a value the column cannot hold
 * - timeout: a statement ran out of its time
 * - unknown_commit: the connection broke while COMMIT was under way; nobody may say that it did or did not happen
 */
export type DatabaseErrorKind =
  | 'integrity'
  | 'unavailable'
  | 'full'
  | 'readonly'
  | 'corrupt'
  | 'conflict'
  | 'invalid'
  | 'timeout'
  | 'unknown_commit'
