/** One connection: its prepared statements, and whether it still lives. */
import type pg from 'pg'
import { DatabaseError } from '../database.ts'
import type { Answer } from '../open-transaction.ts'
import type { RenderedSql } from '../sql.ts'
import { endsConnection } from './errors.ts'
import type { PostgresOptions } from './options.ts'

/** Prepared statements of a connection; each costs the server memory. */
const preparedLimit = 300

export class PostgresConnection {
  readonly #client: pg.Client
  /** PgBouncer in transaction mode may be in between: settings go with each transaction, statements have no names. */
  readonly pooled: boolean
  /** Statement text → name, the least recently used first. */
  readonly #names = new Map<string, string>()
  #count = 0
  /** The connection is lost, or is not to be used again. */
  broken = false

  constructor(client: pg.Client, pooled: boolean) {
    this.#client = client
    this.pooled = pooled
    client.on('error', () => {
      this.broken = true
    })
    client.on('end', () => {
      this.broken = true
    })
  }

  async run({ text, parameters }: RenderedSql): Promise<Answer> {
    const result = await this.#query(this.pooled ? { text, values: parameters } : { name: this.#nameOf(text), text, values: parameters })
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
