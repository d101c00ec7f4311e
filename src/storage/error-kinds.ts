/** What the databases' own error codes mean to the server: one table for each backend. */
import type { DatabaseErrorKind } from './database.ts'

/** By SQLSTATE, or by its class (two characters). */
const bySqlState: Record<string, DatabaseErrorKind> = {
  '08': 'unavailable', // connection exception
  '22': 'invalid', // data exception: out of range, bad text representation, \u0000 in text …
  '23': 'integrity',
  '25006': 'readonly', // a standby, or a read-only session
  '25P03': 'unavailable', // idle in transaction for too long
  '28': 'unavailable', // authorization
  '3D': 'unavailable', // no such database
  '40': 'conflict', // serialisation failure, deadlock
  '53': 'unavailable', // out of resources, too many connections
  '53100': 'full',
  '54': 'invalid', // program limit: index row too large …
  '55P03': 'timeout', // lock_timeout
  '57': 'unavailable', // operator intervention: shutting down, starting up
  '57014': 'timeout', // statement_timeout
  '58': 'unavailable', // system error
  '58030': 'corrupt', // I/O error
  XX001: 'corrupt',
  XX002: 'corrupt',
}

/** By SQLite's result code, or by what its extended code begins with. */
const bySqliteCode: Record<string, DatabaseErrorKind> = {
  SQLITE_BUSY: 'unavailable',
  SQLITE_CANTOPEN: 'unavailable',
  SQLITE_CONSTRAINT: 'integrity',
  SQLITE_CORRUPT: 'corrupt',
  SQLITE_FULL: 'full',
  SQLITE_INTERRUPT: 'timeout',
  SQLITE_IOERR: 'unavailable',
  SQLITE_IOERR_FSYNC: 'unknown_commit', // the log is written, but may or may not be on the disk
  SQLITE_LOCKED: 'unavailable',
  SQLITE_MISMATCH: 'invalid',
  SQLITE_NOMEM: 'unavailable',
  SQLITE_NOTADB: 'corrupt',
  SQLITE_PERM: 'readonly',
  SQLITE_PROTOCOL: 'unavailable',
  SQLITE_READONLY: 'readonly',
  SQLITE_TOOBIG: 'invalid',
}

/** The kind of a PostgreSQL error; undefined when it is a fault of our SQL. */
export function kindOfSqlState(code: string): DatabaseErrorKind | undefined {
  return bySqlState[code] ?? bySqlState[code.slice(0, 2)]
}

/** The kind of a SQLite error; undefined when it is a fault of our SQL. */
export function kindOfSqliteCode(code: string): DatabaseErrorKind | undefined {
  return bySqliteCode[code] ?? bySqliteCode[code.split('_', 2).join('_')]
}
