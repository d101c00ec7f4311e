import { DatabaseError } from '../database.ts'
import { type Answer, OpenTransaction } from '../open-transaction.ts'
import type { RenderedSql } from '../sql.ts'
import type { PostgresConnection } from './connection.ts'
import { postgresError } from './errors.ts'

/** Statements of a transaction, or of a read without one. They are sent as they come, without waiting for each other. */
export class PostgresTransaction extends OpenTransaction {
  readonly dialect = 'postgres'
  readonly #connection: PostgresConnection
  /** Statements that the server answered with success. */
  answered = 0

  constructor(connection: PostgresConnection) {
    super()
    this.#connection = connection
  }

  protected send(statement: RenderedSql): Promise<Answer> {
    return this.#counted(this.#connection.run(statement))
  }

  /** Not awaited: it goes ahead of what follows, and when it fails, so does that. */
  protected async control(text: string): Promise<void> {
    const answer = this.#counted(this.#connection.command(text)).catch((error: unknown) => {
      this.failure ??= error instanceof Error ? error : new Error(String(error))
    })
    void this.track(answer)
  }

  async #counted<Result>(sent: Promise<Result>): Promise<Result> {
    try {
      const result = await sent
      this.answered++
      return result
    } catch (error) {
      throw postgresError(error)
    }
  }

  get gone(): boolean {
    return this.#connection.broken
  }

  /** The first error, or one that says that the connection is gone. */
  get loss(): Error {
    return this.failure ?? new DatabaseError('unavailable', 'the connection to the database was lost')
  }
}
