/**
 * A grouped operation: many requests that share a transaction, its locks and its statements. See "the group transaction"
 * in docs/architecture.md.
 *
 *   keys    which rows each request needs, from the request alone
 *   load    locks and reads them for the whole group, set-based, in the fixed order of tables
 *   decide  one request after the other, pure, on one working copy: two requests of a group never both take the last slot
 *   write   what the decisions left in the working copy, once per row, set-based
 */

import type { Event } from '../events/event.ts'
import type { Infer, Schema } from '../schema/index.ts'
import type { Transaction } from '../storage/database.ts'
import type { Timestamp } from '../values/timestamp.ts'
import type { Context } from './context.ts'
import type { Method, Reply, Request } from './route.ts'

/** What `decide` and `load` may use: a Context without the transaction. */
export type Surroundings = Omit<Context, 'tx' | 'emit' | 'publish'>

/** One request's part in a group. */
export interface Member<Body, Query = unknown> {
  request: Request<Body, Query>
  /** The request's clock: later members of a group have later instants. */
  now: Timestamp
  emit(event: Event): void
  publish: Context['publish']
}

export interface Grouped<Body, Working, Query = unknown> {
  /** Locks, then loads, what all members need; the result is the group's working copy. */
  load(tx: Transaction, members: readonly Member<Body, Query>[], surroundings: Surroundings): Promise<Working>
  /**
   * Decides one request against the working copy and changes it. Pure but for that. Throws ApiError to refuse (then it
   * must have changed nothing), or answers `alone` when the request does not fit into a group: it runs by itself after.
   */
  decide(working: Working, member: Member<Body, Query>, surroundings: Surroundings): Reply | 'alone'
  /** Writes the working copy's changes. */
  write(tx: Transaction, working: Working, surroundings: Surroundings): Promise<void>
  /** How a request runs that answered `alone`. */
  alone?(context: Context, request: Request<Body, Query>): Promise<Reply>
}

export interface GroupedRoute {
  method: Method
  path: string
  name: string
  access: 'grouped'
  tags?: readonly string[]
  /** Values of the path that are more than text or ids. */
  params?: Schema<unknown>
  body?: Schema<unknown>
  query?: Schema<unknown>
  grouped: Grouped<never, never, never>
}

/** Ties a grouped operation's types to its schemas. */
export function groupedRoute<Working, Body extends Schema<unknown>, Query extends Schema<unknown>>(definition: {
  method: Method
  path: string
  name: string
  tags?: readonly string[]
  params?: Schema<unknown>
  body?: Body
  query?: Query
  grouped: Grouped<Infer<Body>, Working, Infer<Query>>
}): GroupedRoute {
  return { ...definition, access: 'grouped' } as unknown as GroupedRoute
}
