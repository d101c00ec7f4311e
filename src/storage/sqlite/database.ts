/**
 * SQLite behind the Database interface: one connection, one transaction at a time.
 *
 * Inside the server nobody ever waits for a lock: there is one writer, and readers see a snapshot that begins when their
 * turn comes, so that a client reads what it wrote. Other processes (the reference, a shell) may hold the file: the driver
 * never waits for them (it would block the thread), we ask again by timer.
 */
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { log } from '../../logging/log.ts'
import { type Database, DatabaseError, type Row, type Transaction } from '../database.ts'
import { MigrationError } from '../migrations/migration-error.ts'
import { Queue } from '../queue.ts'
import { SqliteConnection, type SqliteOptions } from './connection.ts'
import { isBusy, sqliteError } from './errors.ts'
import { FileLock } from './file-lock.ts'
import { SqliteTransaction } from './transaction.ts'

/** 16 MB in pages of the usual size. */
const checkpointFrames = 4096
/** After so long without a pause … */
const burstMilliseconds = 250
/** … the lock is left free for so long, or other processes would never get it. */
const pauseMilliseconds = 10

/** Opens a database file. The writer locks it against other servers, and makes it when it is missing. */
export async function openSqlite(options: SqliteOptions): Promise<Database> {
  const lockable = options.role === 'writer' && options.file !== ':memory:'
  let lock: FileLock | undefined
  try {
    if (lockable) {
      mkdirSync(dirname(options.file), { recursive: true })
      lock = await FileLock.take(options.file)
    }
    const connection = await untilFree(options.waitMilliseconds, () => connect(options))
    return new SqliteDatabase(connection, options, lock)
  } catch (error) {
    lock?.release()
    const known = sqliteError(error)
    if (known instanceof DatabaseError && known.code === 'SQLITE_NOTADB') {
      throw new MigrationError(`${options.file} is no SQLite database: move it away, or name another file.`, { cause: known })
    }
    throw known
  }
}

function connect(options: SqliteOptions): SqliteConnection {
  const connection = new SqliteConnection(options)
  try {
    if (options.role === 'writer' && !connection.memory) {
      connection.driver.pragma('journal_mode = WAL')
      connection.driver.pragma('wal_autocheckpoint = 0')
    }
    // Reads the header, so that a file which is no database is noticed here.
    connection.driver.pragma('schema_version')
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

/** Repeats `attempt` while another process holds the lock. */
async function untilFree<Result>(waitMilliseconds = 10_000, attempt: () => Result): Promise<Result> {
  const end = performance.now() + waitMilliseconds
  for (let pause = 1; ; pause = Math.min(2 * pause, 20)) {
    try {
      return attempt()
    } catch (error) {
      if (!isBusy(error) || performance.now() + pause > end) throw error
    }
    await sleep(pause)
  }
}

class SqliteDatabase implements Database {
  readonly dialect = 'sqlite'
  readonly #connection: SqliteConnection
  readonly #options: SqliteOptions
  readonly #lock: FileLock | undefined
  readonly #queue = new Queue()
  #burstStart = 0
  #lastEnd = 0
  #checkpointAt = checkpointFrames

  constructor(connection: SqliteConnection, options: SqliteOptions, lock: FileLock | undefined) {
    this.#connection = connection
    this.#options = options
    this.#lock = lock
  }

  async transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    if (this.#options.role === 'reader') throw new DatabaseError('readonly', 'a reader has no transactions')
    return await this.#queue.run(async () => {
      await this.#giveOthersATurn()
      const result = await this.#run('BEGIN IMMEDIATE', work)
      this.#lastEnd = performance.now()
      this.#checkpoint()
      return result
    })
  }

  async read<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return await this.#queue.run(() => this.#run('BEGIN', work))
  }

  async #run<Result>(begin: string, work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const { driver } = this.#connection
    const transaction = new SqliteTransaction(this.#connection)
    try {
      await untilFree(this.#options.waitMilliseconds, () => {
        if (!driver.inTransaction) this.#command(begin)
        // Takes the snapshot, for which a stranger's lock may have to be waited for too.
        if (begin === 'BEGIN') this.#command('SELECT 1 FROM sqlite_master LIMIT 1')
      })
      this.#connection.startDeadline()
      const result = await work(transaction)
      if (transaction.failure) throw transaction.failure
      this.#command('COMMIT')
      return result
    } catch (error) {
      if (driver.inTransaction) this.#command('ROLLBACK')
      throw sqliteError(error)
    } finally {
      transaction.over = true
    }
  }

  #command(text: string): Row[] {
    return this.#connection.run({ text, parameters: [] }).rows
  }

  async #giveOthersATurn(): Promise<void> {
    const now = performance.now()
    if (now - this.#lastEnd >= pauseMilliseconds) this.#burstStart = now
    if (now - this.#burstStart < burstMilliseconds) return
    await sleep(pauseMilliseconds)
    this.#burstStart = performance.now()
  }

  /**
   * Moves the write-ahead log into the file once it is large, and starts it anew. Waits a moment for readers on old
   * snapshots: without that the log is never free of readers and grows without end.
   */
  #checkpoint(): void {
    if (this.#connection.memory) return
    const { driver } = this.#connection
    try {
      const { frames } = this.#walState('NOOP')
      if (frames < this.#checkpointAt) return
      // When this fails or readers stay too long, the next attempt comes after 4 MB more.
      this.#checkpointAt = frames + checkpointFrames / 4
      driver.pragma('busy_timeout = 100')
      if (!this.#walState('RESTART').busy) this.#checkpointAt = checkpointFrames
    } catch (error) {
      // The transaction is committed all the same. The disk may be full.
      log.warn({ file: this.#options.file, err: error }, 'the write-ahead log could not be moved into the database file')
    } finally {
      driver.pragma('busy_timeout = 0')
    }
  }

  #walState(mode: 'NOOP' | 'RESTART'): { busy: boolean; frames: number } {
    const [state] = this.#command(`PRAGMA wal_checkpoint(${mode})`)
    return { busy: state?.busy === 1, frames: Number(state?.log) }
  }

  async close(): Promise<void> {
    await this.#queue.idle()
    this.#connection.close()
    this.#lock?.release()
  }
}
