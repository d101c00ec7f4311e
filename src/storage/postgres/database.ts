/**
 * PostgreSQL behind the Database interface.
 *
 * Statements are pipelined: BEGIN leaves together with the first statement. COMMIT leaves when every statement is
 * answered, and only the tag COMMIT counts. The transaction's id is known from its start: when the connection breaks
 * during COMMIT, another one asks for its fate.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, DatabaseError, type Transaction } from '../database.ts'
import type { PostgresConnection } from './connection.ts'
import { endsConnection, postgresError } from './errors.ts'
import { type PostgresOptions, sessionSettings } from './options.ts'
import { Pool } from './pool.ts'
import { PostgresTransaction } from './transaction.ts'

/** Deadlocks and serialisation failures are tried again so many times, and reads whose connection was lost. */
const retries = 3
/** Opens the connections of an actor. They connect when they are first used, and again when they are lost. */
export function openPostgres(options: PostgresOptions): Database {
  const settings: Record<string, string> = { ...sessionSettings, ...options.settings }
  if (options.statementTimeoutMilliseconds > 0) settings.statement_timeout = String(options.statementTimeoutMilliseconds)
  if (options.role === 'reader') settings.default_transaction_read_only = 'on'
  return new PostgresDatabase({ ...options, settings })
}

class PostgresDatabase implements Database {
  readonly dialect = 'postgres'
  readonly #options: PostgresOptions
  readonly #pool: Pool
  /** What goes before each transaction where the session keeps no settings. */
  readonly #localSettings: string

  constructor(options: PostgresOptions) {
    this.#options = options
    this.#pool = new Pool(options)
    this.#localSettings = localSettings(options.settings)
  }

  async transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#pool.use(true, (connection) => this.#attempt(connection, work))
      } catch (error) {
        const again = error instanceof StaleConnection ? attempt === 0 : isConflict(error) && attempt < retries
        if (!again) throw error
      }
      await sleep(Math.random() * 10 * 2 ** attempt)
    }
  }

  async #attempt<Result>(connection: PostgresConnection, work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const transaction = new PostgresTransaction(connection)
    const settings = connection.pooled ? this.#localSettings : ''
    const begun = connection
      .command(`BEGIN ISOLATION LEVEL READ COMMITTED; ${settings}SELECT pg_current_xact_id()::text AS id`)
      .then(({ rows }) => String(rows[0]?.id))
    begun.catch(ignore)
    try {
      const result = await work(transaction)
      await transaction.settled()
      const id = await begun
      if (transaction.failure) throw transaction.failure
      await this.#commit(connection, id, transaction)
      return result
    } catch (error) {
      await transaction.settled()
      await begun.catch((beginning: unknown) => refuseBeginning(connection, transaction, beginning))
      if (!connection.broken) await rollback(connection)
      if (!connection.broken || transaction.failure === undefined) throw error
      throw transaction.answered === 0 ? new StaleConnection(transaction.failure) : transaction.failure
    } finally {
      transaction.over = true
    }
  }

  async #commit(connection: PostgresConnection, id: string, transaction: PostgresTransaction): Promise<void> {
    let tag: string
    try {
      tag = (await connection.command('COMMIT')).tag
    } catch (error) {
      if (!endsConnection(error)) throw postgresError(error)
      if (await this.#committed(id)) return
      throw new DatabaseError('unavailable', 'the connection was lost before the commit', { cause: error })
    }
    if (tag !== 'COMMIT') throw transaction.loss
  }

  /** Asks, on a connection of its own, whether a transaction committed. */
  async #committed(id: string): Promise<boolean> {
    const end = performance.now() + this.#options.fateMilliseconds
    let failure: unknown
    do {
      try {
        const [row] = await this.#pool.useOnce(`SELECT pg_xact_status('${id}'::xid8) AS status`)
        if (row?.status === 'committed') return true
        if (row?.status === 'aborted') return false
        failure = new Error(`the transaction is ${String(row?.status ?? 'forgotten')}`)
        // Its session may wait for us for hours: end it, so that the outcome is one or the other.
        await this.#pool.useOnce(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_xid = (${id} % 4294967296)::text::xid`,
        )
      } catch (error) {
        failure = error
      }
      await sleep(100)
    } while (performance.now() < end)
    throw new DatabaseError('unknown_commit', 'the connection was lost during the commit, and its outcome cannot be found out', {
      cause: failure,
    })
  }

  async read<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#pool.use(false, (connection) => this.#read(connection, work))
      } catch (error) {
        if (!(error instanceof StaleConnection) || attempt === retries) throw error
      }
    }
  }

  async #read<Result>(connection: PostgresConnection, work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const { pooled } = connection
    const transaction = new PostgresTransaction(connection)
    try {
      if (pooled) connection.command(`BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; ${this.#localSettings}`).catch(ignore)
      return await work(transaction)
    } catch (error) {
      await transaction.settled()
      throw connection.broken && transaction.failure ? new StaleConnection(transaction.failure) : error
    } finally {
      await transaction.settled()
      transaction.over = true
      if (pooled && !connection.broken) await rollback(connection)
    }
  }

  async close(): Promise<void> {
    await this.#pool.close()
  }
}

/** The connection was lost before it did anything for us: worth a second try on a new one. */
class StaleConnection extends DatabaseError {
  constructor(cause: unknown) {
    const known = postgresError(cause)
    const kind = known instanceof DatabaseError ? known.kind : 'unavailable'
    super(kind, cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

/** BEGIN failed: the connection is lost or the server is read-only. Nothing must be left that committed by itself. */
function refuseBeginning(connection: PostgresConnection, transaction: PostgresTransaction, error: unknown): never {
  void connection.close()
  if (transaction.answered === 0) throw new StaleConnection(error)
  throw new DatabaseError('unknown_commit', 'the transaction could not begin, but statements ran', { cause: error })
}

const isConflict = (error: unknown): boolean => error instanceof DatabaseError && error.kind === 'conflict'

async function rollback(connection: PostgresConnection): Promise<void> {
  try {
    await connection.command('ROLLBACK')
  } catch {
    // The server rolls back by itself when the connection is gone; it must not be used again in any case.
    connection.broken = true
  }
}

function localSettings(settings: Readonly<Record<string, string>>): string {
  const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`
  const calls = Object.entries(settings).map(([name, value]) => `set_config(${quote(name)}, ${quote(value)}, true)`)
  return `SELECT ${calls.join(', ')}; `
}

const ignore = (): void => {}
