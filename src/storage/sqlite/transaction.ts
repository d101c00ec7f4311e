import type { Answer } from '../open-transaction.ts'
import { OpenTransaction } from '../open-transaction.ts'
import type { RenderedSql } from '../sql.ts'
import type { SqliteConnection } from './connection.ts'
import { sqliteError } from './errors.ts'

export class SqliteTransaction extends OpenTransaction {
  readonly dialect = 'sqlite'
  readonly #connection: SqliteConnection

  constructor(connection: SqliteConnection) {
    super()
    this.#connection = connection
  }

  protected async send(statement: RenderedSql): Promise<Answer> {
    // Without this, a statement after the end of the transaction (a full disk ends it) would commit by itself.
    if (!this.#connection.driver.inTransaction) throw new Error('the transaction is over')
    try {
      return this.#connection.run(statement)
    } catch (error) {
      throw sqliteError(error)
    }
  }

  protected async control(text: string): Promise<void> {
    await this.send({ text, parameters: [] })
  }

  get gone(): boolean {
    return !this.#connection.driver.inTransaction
  }
}
