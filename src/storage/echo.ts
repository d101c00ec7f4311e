/** PREFECT_SERVER_DATABASE_ECHO: every statement goes to the log, whatever its level, without the parameters. */
import { log } from '../logging/log.ts'
import type { Database, Transaction } from './database.ts'
import { renderText, type Sql } from './sql.ts'

const echoLog = log.child({}, { level: 'info' })
const toLog = (statement: string): void => echoLog.info({ statement }, 'statement')

export function echoing(database: Database, show: (statement: string) => void = toLog): Database {
  const echo = (tx: Transaction): Transaction => {
    const shown = (statement: Sql): Sql => {
      show(renderText(statement, tx.dialect))
      return statement
    }
    return {
      dialect: tx.dialect,
      query: (statement) => tx.query(shown(statement)),
      execute: (statement) => tx.execute(shown(statement)),
      savepoint: (work) => tx.savepoint(work),
    }
  }
  return {
    dialect: database.dialect,
    transaction: (work) => database.transaction((tx) => work(echo(tx))),
    read: (work) => database.read((tx) => work(echo(tx))),
    close: () => database.close(),
  }
}
