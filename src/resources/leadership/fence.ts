/**
 * What makes leadership safe: a service's transaction holds a shared lock and looks at the term, in this order, before it
 * does anything; whoever takes over holds the lock alone while it writes the next term. So a transaction of an old term
 * either commits before the takeover, or sees that its term is over. It does not matter how long anybody was asleep.
 *
 * (Row locks fail both ways: FOR KEY SHARE lets the takeover through, FOR SHARE makes a multixact of every transaction and
 * starves it.)
 */
import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import { ApiError } from '../errors.ts'

/** How the two sides meet; the simulation of the tests has its own database behind these. */
export interface Fence {
  /** Waits for the lock that a takeover excludes; it is held to the end of the transaction. */
  share(): Promise<void>
  readTerm(): Promise<number>
}

export interface Takeover {
  /** Takes the lock alone, to the end of the transaction. False when others keep it for longer than `milliseconds`. */
  exclude(milliseconds: number): Promise<boolean>
  /** Ends the sessions that hold the lock: their processes stand still, or are beyond a broken network. */
  endHolders(): Promise<void>
  writeNextTerm(): Promise<number>
}

/** The status that a write of a term gets that is over. */
export const termOverStatus = 412

const patience = 300
const attempts = 5

/** To be called first in a transaction of a term. Throws when the term is over. */
export async function checkTerm(fence: Fence, term: number): Promise<void> {
  await fence.share()
  const current = await fence.readTerm()
  if (current !== term) throw new ApiError(termOverStatus, { detail: `Term ${term} is over: it is term ${current}.` })
}

/** Begins the next term; gives its number, which holds once the transaction has committed. */
export async function takeOver(takeover: Takeover): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (await takeover.exclude(patience)) return await takeover.writeNextTerm()
    await takeover.endHolders()
  }
  throw new ApiError(503, { detail: 'Sessions of an earlier term cannot be ended.' })
}

/** One key for each server_term table, so that servers in different schemas of a database do not meet. */
const lockKey: Sql = sql`(1886545254::bigint << 32 | 'server_term'::regclass::oid::bigint)`

/**
 * A stopped process keeps its session, and its locks on rows: after so long without a statement PostgreSQL ends it, should
 * nobody take over who does. Longer than a service computes between two statements on a busy machine.
 */
const idleMilliseconds = 10_000

/** The fence of a transaction. Sets `prefect_server.term` for it, so that triggers may see who writes. */
export function fenceOf(tx: Transaction, term: number): Fence {
  return {
    async share() {
      await tx.query(sql`
        SELECT pg_advisory_xact_lock_shared(${lockKey}), set_config('prefect_server.term', ${String(term)}, true),
          set_config('idle_in_transaction_session_timeout', ${String(idleMilliseconds)}, true)`)
    },
    readTerm: () => readTerm(tx),
  }
}

export function takeoverOf(tx: Transaction): Takeover {
  return {
    async exclude(milliseconds) {
      try {
        await tx.savepoint(async () => {
          await tx.query(sql`SELECT set_config('lock_timeout', ${String(milliseconds)}, true)`)
          await tx.query(sql`SELECT pg_advisory_xact_lock(${lockKey})`)
        })
        return true
      } catch (error) {
        if (isLockTimeout(error)) return false
        throw error
      }
    },
    async endHolders() {
      await tx.query(sql`
        SELECT pg_terminate_backend(pid) FROM pg_locks
        WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND pid <> pg_backend_pid()
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND (classid::bigint << 32 | objid::bigint) = ${lockKey}`)
    },
    async writeNextTerm() {
      const [row] = await tx.query<{ term: number }>(sql`UPDATE server_term SET term = term + 1 WHERE id = 1 RETURNING term`)
      if (row === undefined) throw new Error('server_term has no row')
      return Number(row.term)
    },
  }
}

async function readTerm(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ term: number }>(sql`SELECT term FROM server_term WHERE id = 1`)
  return Number(row?.term)
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'kind' in error && error.kind === 'timeout'
}
