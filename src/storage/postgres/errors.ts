import pg from 'pg'
import { DatabaseError } from '../database.ts'
import { kindOfSqlState } from '../error-kinds.ts'

/** The driver's error as the server knows it; what has no kind (wrong SQL) stays as it is. */
export function postgresError(error: unknown): unknown {
  if (error instanceof DatabaseError) return error
  if (error instanceof pg.DatabaseError) {
    const code = error.code ?? ''
    // The schema changed beneath a prepared statement: another connection prepares it anew.
    const kind = error.routine === 'RevalidateCachedQuery' ? 'conflict' : kindOfSqlState(code)
    if (kind === undefined) return error
    return new DatabaseError(kind, error.message, { cause: error, code, constraint: error.constraint })
  }
  return isConnectionError(error) ? new DatabaseError('unavailable', error.message, { cause: error }) : error
}

/** True when the server ended the session, or may have. */
export function endsConnection(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) {
    return error.severity === 'FATAL' || error.severity === 'PANIC' || error.routine === 'RevalidateCachedQuery'
  }
  return isConnectionError(error)
}

/** pg throws plain errors for a lost connection, Node errors with a code for the socket's and the resolver's. */
function isConnectionError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  if ('code' in error && typeof error.code === 'string')
    return /^(E[A-Z]+|ERR_(TLS|SSL|SOCKET|OSSL)\w*|[A-Z_]*CERT[A-Z_]*)$/.test(error.code)
  return /^(Connection terminated|Client (was closed|has encountered)|timeout expired|Query read timeout|The server does not support SSL)/.test(
    error.message,
  )
}

/** True when the server turned a connection down because it was, or was not, encrypted. */
export function refusesEncryption(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return error.code === '28000'
  return error instanceof Error && error.message === 'The server does not support SSL connections'
}

/** True when PgBouncer is in between, which passes on no start-up options. */
export function refusesOptions(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '08P01' && error.message.includes('startup parameter')
}
