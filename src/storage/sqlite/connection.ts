/** One connection to a SQLite file: how it is set up, its prepared statements, and how their rows are decoded. */
import BetterSqlite3 from 'better-sqlite3'
import { parseJson } from '../../values/json.ts'
import { DatabaseError, type Row } from '../database.ts'
import { decodeDuration, decodeTimestamp } from '../decode.ts'
import type { Answer } from '../open-transaction.ts'
import type { RenderedSql } from '../sql.ts'

export interface SqliteOptions {
  /** Path of the file, or `:memory:`. */
  file: string
  role: 'writer' | 'reader'
  cacheMegabytes?: number
  /** How long to wait for another process that holds the file. */
  waitMilliseconds?: number
  /** How long a scan that carries `within_deadline` may take. */
  deadlineMilliseconds?: number
  /** Off only while all tables are dropped. */
  foreignKeys?: boolean
}

type Decoder = (value: unknown) => unknown

interface Prepared {
  statement: BetterSqlite3.Statement
  /** The columns that are not given as they are stored. */
  decoders: [name: string, decode: Decoder][]
}

const preparedLimit = 1000

export class SqliteConnection {
  readonly driver: BetterSqlite3.Database
  readonly memory: boolean
  readonly #prepared = new Map<string, Prepared>()
  readonly #deadlineMilliseconds: number
  #deadline = Number.POSITIVE_INFINITY

  constructor(options: SqliteOptions) {
    this.memory = options.file === ':memory:'
    this.#deadlineMilliseconds = options.deadlineMilliseconds ?? Number.POSITIVE_INFINITY
    this.driver = new BetterSqlite3(options.file, { readonly: options.role === 'reader', timeout: 0 })
    this.driver.pragma(`foreign_keys = ${options.foreignKeys === false ? 'OFF' : 'ON'}`)
    this.driver.pragma('synchronous = FULL')
    this.driver.pragma(`cache_size = ${-1024 * (options.cacheMegabytes ?? 64)}`)
    this.driver.function('within_deadline', { directOnly: true }, (_row: unknown) => this.#withinDeadline())
  }

  /** Starts the time that `within_deadline` gives to a scan. */
  startDeadline(): void {
    this.#deadline = performance.now() + this.#deadlineMilliseconds
  }

  #withinDeadline(): number {
    if (performance.now() > this.#deadline) throw new DatabaseError('timeout', 'the query ran out of its time')
    return 1
  }

  run({ text, parameters }: RenderedSql): Answer {
    const { statement, decoders } = this.#prepare(text)
    if (!statement.reader) return { rows: [], count: statement.run(parameters).changes }
    const rows = statement.all(parameters) as Row[]
    for (const [name, decode] of decoders) {
      for (const row of rows) row[name] = decode(row[name])
    }
    return { rows, count: rows.length }
  }

  #prepare(text: string): Prepared {
    let prepared = this.#prepared.get(text)
    if (prepared) {
      this.#prepared.delete(text)
    } else {
      const statement = this.driver.prepare(text)
      prepared = { statement, decoders: statement.reader ? decodersOf(statement.columns()) : [] }
      if (this.#prepared.size >= preparedLimit) this.#forgetOldest()
    }
    this.#prepared.set(text, prepared)
    return prepared
  }

  #forgetOldest(): void {
    for (const text of this.#prepared.keys()) {
      this.#prepared.delete(text)
      return
    }
  }

  close(): void {
    this.#prepared.clear()
    this.driver.close()
  }
}

const decodersByType: Record<string, Decoder> = {
  DATETIME: decodeTimestamp,
  BOOLEAN: (value) => (value === null ? null : value !== 0),
  JSON: (value) => (typeof value === 'string' ? parseJson(value) : value),
}

/** SQLite has no type for a span of time; these columns say DATETIME and count from 1970. */
const durationColumns = new Set(['total_run_time'])

function decodersOf(columns: BetterSqlite3.ColumnDefinition[]): [string, Decoder][] {
  return columns.flatMap(({ name, column, type }): [string, Decoder][] => {
    if (column !== null && durationColumns.has(column)) return [[name, decodeDuration]]
    const decode = decodersByType[type ?? '']
    return decode ? [[name, decode]] : []
  })
}
