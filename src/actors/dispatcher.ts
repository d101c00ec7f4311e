/** How the front end and the services hand a request to the storage actors. */
import type { RequestHeaders } from '../resources/route.ts'

export interface Dispatch {
  /** Position in the table of operations (resources/index.ts), the same in every thread. */
  operation: number
  /** Values of the path's parameters in the path's order, decoded. */
  params: readonly string[]
  /** The raw query string, without the question mark. */
  query: string
  headers: RequestHeaders
  body: Uint8Array
  /** The term that the request belongs to: it is refused with 412 once that is over. Services of a leader have one. */
  term?: number
  /** Does not wait behind the requests of clients: services have tasks of their own on PostgreSQL, and so has the leadership. */
  lane?: 'services' | 'leadership'
}

export interface DispatchReply {
  status: number
  headers: readonly (readonly [string, string])[]
  body: Uint8Array
}

export interface Pending {
  /** The client is gone: nobody waits for the reply any more. A write that was queued still happens. */
  cancel(): void
}

export interface Dispatcher {
  /** Queues the request; `reply` is called once, later. Undefined when the mailbox is full: the caller answers 503. */
  submit(request: Dispatch, reply: (reply: DispatchReply) => void): Pending | undefined
}
