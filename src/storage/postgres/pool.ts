/** The connections of one actor: lent to a transaction alone, or shared by reads, which need none. */
import { DatabaseError } from '../database.ts'
import { connect } from './connect.ts'
import type { PostgresConnection } from './connection.ts'
import type { PostgresOptions } from './options.ts'

interface Slot {
  connection: PostgresConnection | undefined
  /** Connecting is under way: whoever comes meanwhile waits for the same connection. */
  opening: Promise<PostgresConnection> | undefined
  users: number
  exclusive: boolean
}

interface Waiter {
  exclusive: boolean
  resolve: (slot: Slot) => void
}

export class Pool {
  #options: PostgresOptions
  readonly #slots: Slot[]
  readonly #waiting: Waiter[] = []
  #closed = false

  constructor(options: PostgresOptions) {
    this.#options = options
    this.#slots = Array.from({ length: options.connections }, () => ({
      connection: undefined,
      opening: undefined,
      users: 0,
      exclusive: false,
    }))
  }

  /** Runs `work` with a connection, alone on it or beside other reads. */
  async use<Result>(exclusive: boolean, work: (connection: PostgresConnection) => Promise<Result>): Promise<Result> {
    if (this.#closed) throw new DatabaseError('unavailable', 'the database is closed')
    const slot = await this.#borrow(exclusive || this.#options.transactionPooling)
    try {
      const connection = await this.#connectionOf(slot)
      if (slot.exclusive || !connection.pooled) return await work(connection)
    } finally {
      this.#giveBack(slot)
    }
    // Only now it turns out that PgBouncer is in between: there everybody needs a transaction, and so a connection.
    this.#options = { ...this.#options, transactionPooling: true }
    return await this.use(true, work)
  }

  /** Runs one command on a new connection, which is closed afterwards. */
  async useOnce(command: string): Promise<Record<string, unknown>[]> {
    const connection = await connect(this.#options)
    try {
      return (await connection.command(command)).rows
    } finally {
      await connection.close()
    }
  }

  #borrow(exclusive: boolean): Promise<Slot> | Slot {
    const slot = this.#waiting.length === 0 ? this.#free(exclusive) : undefined
    if (slot) return take(slot, exclusive)
    return new Promise((resolve) => this.#waiting.push({ exclusive, resolve }))
  }

  /** The best slot: with a live connection, and with the fewest users. */
  #free(exclusive: boolean): Slot | undefined {
    let best: Slot | undefined
    for (const slot of this.#slots) {
      if (slot.exclusive || (exclusive && slot.users > 0)) continue
      if (best === undefined || cost(slot) < cost(best)) best = slot
    }
    return best
  }

  #giveBack(slot: Slot): void {
    slot.users--
    slot.exclusive = false
    if (slot.users === 0) slot.connection?.trim()
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const free = this.#free(next.exclusive)
      if (free === undefined) return
      this.#waiting.shift()
      next.resolve(take(free, next.exclusive))
    }
  }

  async #connectionOf(slot: Slot): Promise<PostgresConnection> {
    if (slot.connection && !slot.connection.broken) return slot.connection
    slot.opening ??= this.#open(slot)
    return await slot.opening
  }

  async #open(slot: Slot): Promise<PostgresConnection> {
    try {
      void slot.connection?.close()
      slot.connection = await connect(this.#options)
      return slot.connection
    } finally {
      slot.opening = undefined
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    while (this.#slots.some((slot) => slot.users > 0)) await new Promise((resolve) => setTimeout(resolve, 5))
    await Promise.all(this.#slots.map((slot) => slot.connection?.close()))
  }
}

function take(slot: Slot, exclusive: boolean): Slot {
  slot.users++
  slot.exclusive = exclusive
  return slot
}

/** An idle live connection first, then one to open, then the least busy. */
function cost(slot: Slot): number {
  if (slot.users > 0) return 1 + slot.users
  return slot.connection && !slot.connection.broken ? 0 : 1
}
