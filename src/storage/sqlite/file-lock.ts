/**
 * Keeps a second server of ours off a SQLite file.
 *
 * The lock is a tiny SQLite database beside the file, in which the owner holds a write transaction for as long as it
 * lives: the operating system ends that with the process, so no stale lock is ever left, and it works across containers
 * that share a volume, where process ids mean nothing. Its one row says who the owner is.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import BetterSqlite3 from 'better-sqlite3'
import { DatabaseError } from '../database.ts'
import { isBusy } from './errors.ts'

/** A worker thread that replaces another of the same process waits so long for its lock … */
const ownMilliseconds = 2000
/** … and a process so long for one that is just being killed. */
const othersMilliseconds = 500

/** Keeps the garbage collector from closing, and so releasing, a lock that is held. */
const held = new Set<FileLock>()

interface Owner {
  pid: number
  started: string
}

export class FileLock {
  readonly #driver: BetterSqlite3.Database

  private constructor(driver: BetterSqlite3.Database) {
    this.#driver = driver
    held.add(this)
  }

  /** Takes the lock of a database file; rejects with a sentence that names the owner. */
  static async take(file: string): Promise<FileLock> {
    const driver = new BetterSqlite3(`${file}.prefect-server.lock`, { timeout: 0 })
    const start = performance.now()
    for (;;) {
      try {
        claim(driver)
        return new FileLock(driver)
      } catch (error) {
        const owner = isBusy(error) ? readOwner(driver) : undefined
        const patience = owner?.pid === process.pid ? ownMilliseconds : othersMilliseconds
        if (!isBusy(error) || performance.now() - start > patience) {
          driver.close()
          throw isBusy(error) ? new DatabaseError('unavailable', refusal(file, owner)) : error
        }
      }
      await sleep(20)
    }
  }

  release(): void {
    held.delete(this)
    this.#driver.close()
  }
}

function claim(driver: BetterSqlite3.Database): void {
  // What an attempt left that failed at its COMMIT, because somebody was just reading the owner.
  if (driver.inTransaction) driver.exec('ROLLBACK')
  driver.exec('BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS owner (pid INTEGER, started TEXT); DELETE FROM owner')
  const started = new Date(performance.timeOrigin).toISOString()
  driver.prepare('INSERT INTO owner VALUES (?, ?)').run(process.pid, started)
  driver.exec('COMMIT; BEGIN IMMEDIATE')
}

function readOwner(driver: BetterSqlite3.Database): Owner | undefined {
  try {
    return driver.prepare<[], Owner>('SELECT pid, started FROM owner').get()
  } catch (error) {
    if (isBusy(error)) return undefined
    throw error
  }
}

function refusal(file: string, owner: Owner | undefined): string {
  const who = owner ? `process ${owner.pid} (started ${owner.started})` : 'another process'
  return `${file} is in use by another prefect-server, ${who}: stop it first, or use PostgreSQL for more than one server.`
}
