import BetterSqlite3 from 'better-sqlite3'
import { DatabaseError } from '../database.ts'
import { kindOfSqliteCode } from '../error-kinds.ts'

/** The driver's error as the server knows it; what has no kind (wrong SQL) stays as it is. */
export function sqliteError(error: unknown): unknown {
  if (!(error instanceof BetterSqlite3.SqliteError)) return error
  const kind = kindOfSqliteCode(error.code)
  if (kind === undefined) return error
  const constraint = /^(?:UNIQUE|NOT NULL|CHECK) constraint failed: (.*)$/.exec(error.message)?.[1]
  return new DatabaseError(kind, error.message, { cause: error, code: error.code, constraint })
}

/** True when another process holds the lock that was asked for. */
export function isBusy(error: unknown): boolean {
  return error instanceof BetterSqlite3.SqliteError && error.code.startsWith('SQLITE_BUSY')
}
