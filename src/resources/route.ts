/** The words that resources are written in: a route, the request it gets, the reply it gives. */
import type { Infer, Schema } from '../schema/index.ts'
import type { Transaction } from '../storage/database.ts'
import type { Timestamp } from '../values/timestamp.ts'
import type { Context } from './context.ts'

/** CALL is for operations that other actors ask for; the front end does not route them. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'CALL'

/**
 * How a route meets the database.
 * - read: no transaction, a read-only connection
 * - alone: a transaction of its own (on SQLite a savepoint of the group's)
 * - grouped: shares a transaction, its locks and its statements with the other requests of its group
 */
export type Access = 'read' | 'alone' | 'grouped'

export interface Request<Body = unknown, Query = unknown> {
  /** Values of the path's `{parameters}`, decoded; ids are canonical lower-case text. */
  params: Record<string, string>
  query: Query
  body: Body
  /** The few headers that mean something to a handler, lower-case names. */
  headers: RequestHeaders
}

export interface RequestHeaders {
  'x-prefect-api-version'?: string
  'user-agent'?: string
  /** Made by the front end: scheme and host that the client used, for links in replies. */
  'base-url'?: string
  /** Made by the front end, or by a proxy before it: names the request in the log. */
  'x-request-id'?: string
  'prefect-csrf-token'?: string
  'prefect-csrf-client'?: string
  'prefect-automation-id'?: string
  'prefect-automation-name'?: string
  /** Whether the UI asks; it looks at queues without polling them. */
  'x-prefect-ui'?: string
}

export interface Reply {
  status: number
  /** Sent as JSON; undefined sends an empty body. */
  body?: unknown
  /** Bytes or text that are sent as they are, instead of `body`. */
  raw?: Uint8Array | string
  headers?: Record<string, string>
}

export interface Route {
  method: Method
  /** As the reference writes it, below /api: `/flow_runs/{id:uuid}/set_state`; `{name}` is any segment. */
  path: string
  /** The reference's function name, for the OpenAPI operation id and metrics. */
  name: string
  access: Exclude<Access, 'grouped'>
  /** The reference's OpenAPI tag, when it is not the folder's. */
  tags?: readonly string[]
  /** Values of the path that are more than text or ids. */
  params?: Schema<unknown>
  body?: Schema<unknown>
  query?: Schema<unknown>
  handle: (context: Context, request: Request<never, never>) => Promise<Reply>
}

/** Ties a handler's types to its schemas; `route({ …, body: FlowCreate, handle })` checks that they agree. */
export function route<Body extends Schema<unknown>, Query extends Schema<unknown>>(definition: {
  method: Method
  path: string
  name: string
  access: Exclude<Access, 'grouped'>
  tags?: readonly string[]
  params?: Schema<unknown>
  body?: Body
  query?: Query
  handle: (context: Context, request: Request<Infer<Body>, Infer<Query>>) => Promise<Reply>
}): Route {
  return definition as unknown as Route
}

export const ok = (body: unknown): Reply => ({ status: 200, body })
export const created = (body: unknown): Reply => ({ status: 201, body })
export const noContent = (): Reply => ({ status: 204 })

export type { Context, Timestamp, Transaction }
