/**
 * What both backends' transactions do alike: count savepoints, and remember a failed statement.
 *
 * After a statement failed, PostgreSQL refuses everything up to the end of the transaction or savepoint. SQLite would go
 * on; it is made to refuse too, so that code which is wrong on one backend is wrong on both.
 */
import { DatabaseError, type Row, type Transaction } from './database.ts'
import { type Dialect, type RenderedSql, render, type Sql, UnstorableText } from './sql.ts'

export interface Answer {
  rows: Row[]
  /** Rows that the statement wrote, or gave. */
  count: number
}

export abstract class OpenTransaction implements Transaction {
  abstract readonly dialect: Dialect
  /** The error of a failed statement that no savepoint has undone. */
  failure: Error | undefined
  /** Set at the end: who still holds the transaction must not write into the next one. */
  over = false
  #savepoints = 0
  #lastAnswer: Promise<unknown> = Promise.resolve()

  /** Runs one statement; rejects with a DatabaseError where the error has a kind. */
  protected abstract send(statement: RenderedSql): Promise<Answer>
  /** Runs SAVEPOINT, RELEASE and ROLLBACK TO. */
  protected abstract control(text: string): Promise<void>
  /** True when the whole transaction is gone, savepoints and all. */
  abstract get gone(): boolean

  async query<Result = Row>(statement: Sql): Promise<Result[]> {
    return (await this.track(this.#run(statement))).rows as Result[]
  }

  async execute(statement: Sql): Promise<number> {
    return (await this.track(this.#run(statement))).count
  }

  /** Resolves when every statement so far is answered, and `failure` tells of it. */
  async settled(): Promise<void> {
    await this.#lastAnswer
  }

  protected track<Result>(answer: Promise<Result>): Promise<Result> {
    const earlier = this.#lastAnswer
    this.#lastAnswer = answer.then(ignore, ignore).then(() => earlier)
    return answer
  }

  async #run(statement: Sql): Promise<Answer> {
    if (this.over) throw new Error('the transaction is over')
    if (this.failure) throw this.failure
    try {
      return await this.send(render(statement, this.dialect))
    } catch (error) {
      const failure = error instanceof UnstorableText ? new DatabaseError('invalid', error.message, { cause: error }) : error
      this.failure ??= failure instanceof Error ? failure : new Error(String(failure))
      throw failure
    }
  }

  async savepoint<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.failure) throw this.failure
    const name = `savepoint_${++this.#savepoints}`
    await this.control(`SAVEPOINT ${name}`)
    try {
      const result = await work()
      await this.settled()
      if (this.failure) throw this.failure
      await this.control(`RELEASE ${name}`)
      return result
    } catch (error) {
      await this.settled()
      if (this.gone) throw this.failure ?? error
      await this.control(`ROLLBACK TO ${name}`)
      await this.control(`RELEASE ${name}`)
      this.failure = undefined
      throw error
    }
  }
}

const ignore = (): void => {}
