/** A service: something that acts by the clock. One file each in this folder; `index.ts` is the list. */
import type { Settings } from '../../config/settings.ts'
import type { Topic } from '../../resources/context.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Call, CallReply } from '../companion-protocol.ts'

export interface ServiceContext {
  readonly settings: Settings
  readonly now: Timestamp
  /** Runs an operation in a storage actor; resolves with the reply's body. Rejects when it was refused. */
  call(operation: string, body?: unknown, params?: string[]): Promise<unknown>
  /** The same, with whatever the answer is: as a client of the API would ask. */
  request(call: Call): Promise<CallReply>
  /** True once the service was asked to stop: between two chunks of work it looks here. */
  readonly stopping: boolean
}

export interface Service {
  /** The reference's name of the loop: metrics, logs. */
  name: string
  enabled(settings: Settings): boolean
  /** Seconds from the start of one pass to the start of the next. */
  interval(settings: Settings): number
  /** News at which the next pass begins at once. */
  wakesOn?: Topic
  /** Runs on every pod that runs services; without it on the leader only. */
  everywhere?: boolean
  /** One pass. It throws to report a failure; the loop goes on. */
  run(context: ServiceContext): Promise<void>
}

/** Calls an operation that works off one chunk until nothing is left. */
export async function workThrough(context: ServiceContext, operation: string, body: unknown = {}): Promise<void> {
  for (let more = true; more && !context.stopping; ) more = hasMore(await context.call(operation, body))
}

/** Whether an operation that works off one chunk says that there may be others. */
export function hasMore(reply: unknown): boolean {
  return typeof reply === 'object' && reply !== null && 'more' in reply && reply.more === true
}
