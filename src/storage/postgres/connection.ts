/** One connection: how it is opened, its prepared statements, and whether it still lives. */
import pg from 'pg'
import { DatabaseError } from '../database.ts'
import type { Answer } from '../open-transaction.ts'
import type { RenderedSql } from '../sql.ts'
import { endsConnection, postgresError, refusesEncryption } from './errors.ts'
import type { Encryption, PostgresAddress, PostgresOptions } from './options.ts'
import { tlsOptions } from './tls.ts'
import { types } from './types.ts'

/** Prepared statements of a connection; each costs the server memory. */
const preparedLimit = 300

/** Opens a connection to the first host that answers and fits. */
export async function connect(options: PostgresOptions): Promise<PostgresConnection> {
  const failures: unknown[] = []
  const sessions = options.targetSession === 'prefer-standby' ? (['standby', 'any'] as const) : [options.targetSession]
  for (const session of sessions) {
    for (const address of options.addresses) {
      try {
        return await connectTo(address, session, options)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  throw postgresError(failures.at(-1) ?? new DatabaseError('unavailable', 'the database URL names no host'))
}

/** Tries the kinds of encryption one after the other, but only when it was the encryption that the server did not want. */
async function connectTo(
  address: PostgresAddress,
  session: PostgresOptions['targetSession'],
  options: PostgresOptions,
): Promise<PostgresConnection> {
  const kinds: readonly Encryption[] = address.host.startsWith('/') ? ['plain'] : options.encryption
  for (const [index, encryption] of kinds.entries()) {
    const connection = new PostgresConnection(clientOf(address, encryption, options), options)
    try {
      await connection.open(session)
      return connection
    } catch (error) {
      await connection.close()
      if (!refusesEncryption(error) || index === kinds.length - 1) throw error
    }
  }
  throw new DatabaseError('unavailable', 'no kind of encryption is allowed')
}

function clientOf(address: PostgresAddress, encryption: Encryption, options: PostgresOptions): pg.Client {
  return new pg.Client({
    ...address,
    user: options.user,
    password: options.password,
    database: options.database,
    ssl: tlsOptions(encryption),
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectionTimeoutMilliseconds,
    // A server that hangs answers no statement_timeout: give up a little later.
    ...(options.statementTimeoutMilliseconds > 0 && { query_timeout: options.statementTimeoutMilliseconds + 5000 }),
    ...(!options.transactionPooling && { options: startupOptions(options.settings) }),
    keepAlive: true,
    pipeline: true,
    types,
  })
}

/** `-c name=value …`, with blanks and backslashes escaped. */
function startupOptions(settings: PostgresOptions['settings']): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replaceAll(/[\\\s]/g, '\\$&')}`)
    .join(' ')
}

export class PostgresConnection {
  readonly #client: pg.Client
  readonly #named: boolean
  /** Statement text → name, the least recently used first. */
  readonly #names = new Map<string, string>()
  #count = 0
  /** The connection is lost, or is not to be used again. */
  broken = false

  constructor(client: pg.Client, options: PostgresOptions) {
    this.#client = client
    this.#named = !options.transactionPooling
    client.on('error', () => {
      this.broken = true
    })
    client.on('end', () => {
      this.broken = true
    })
  }

  async run({ text, parameters }: RenderedSql): Promise<Answer> {
    const result = await this.#query(this.#named ? { name: this.#nameOf(text), text, values: parameters } : { text, values: parameters })
    return { rows: result.rows, count: result.rowCount ?? 0 }
  }

  /** Runs one or more statements without parameters; gives the last one's command tag and rows. */
  async command(text: string): Promise<{ tag: string; rows: Record<string, unknown>[] }> {
    const results: unknown = await this.#query({ text })
    const last = (Array.isArray(results) ? results.at(-1) : results) as pg.QueryResult
    return { tag: last.command, rows: last.rows }
  }

  async #query(config: pg.QueryConfig): Promise<pg.QueryResult> {
    try {
      return await this.#client.query(config)
    } catch (error) {
      if (endsConnection(error)) this.broken = true
      throw error
    }
  }

  #nameOf(text: string): string {
    const name = this.#names.get(text) ?? `s${++this.#count}`
    this.#names.delete(text)
    this.#names.set(text, name)
    return name
  }

  /** Between transactions: forgets the statements that were not used for longest. */
  trim(): void {
    if (this.#names.size <= preparedLimit || this.broken) return
    for (const [text, name] of this.#names) {
      if (this.#names.size <= preparedLimit) return
      this.#names.delete(text)
      this.command(`DEALLOCATE ${name}`).catch(() => {
        // Not prepared after all (its first use failed), or the connection is lost, which the next user finds out.
      })
    }
  }

  /** Connects; rejects when the host is not what the URL asks for. */
  async open(session: PostgresOptions['targetSession']): Promise<void> {
    await this.#client.connect()
    if (session === 'any') return
    const { rows } = await this.command('SELECT pg_is_in_recovery() AS standby')
    const standby = rows[0]?.standby === true
    if (standby !== (session === 'standby')) throw new DatabaseError('unavailable', `the host is ${standby ? 'a standby' : 'a primary'}`)
  }

  async close(): Promise<void> {
    this.broken = true
    await this.#client.end()
  }
}
