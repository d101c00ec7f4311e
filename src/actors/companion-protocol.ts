/** Messages between the main thread and its companions (the services actor, the streams actor). */
import type { RequestHeaders } from '../resources/route.ts'
import type { LoopReport } from './services/loop.ts'

export type ToCompanion =
  | { type: 'reply'; id: number; status: number; body: string }
  | { type: 'news'; topic: string; payload: string }
  | { type: 'opened'; socket: number; path: string; params: string[] }
  | { type: 'message'; socket: number; text: string }
  | { type: 'closed'; socket: number }
  /** The services of a leader begin; without a term where there is one pod only. */
  | { type: 'lead'; term: number | undefined }
  /** They stop; `rested` answers. */
  | { type: 'rest' }
  | { type: 'stop' }

export type FromCompanion =
  /** Asks a storage actor for an operation. */
  | ({ type: 'call'; id: number; body: string; term?: number | undefined } & Omit<Call, 'body'>)
  | { type: 'news'; topic: string; payload: string }
  | { type: 'send'; socket: number; text: string }
  | { type: 'close'; socket: number; code: number; reason: string }
  /** What the services actor wants to be seen of its loops. */
  | { type: 'report'; report: LoopReport[] }
  | { type: 'rested' }
  | { type: 'stopped' }

/** A request to a storage actor. */
export interface Call {
  /** The operation's name, or its method and path: `PATCH /work_queues/{id:uuid}`. */
  operation: string
  params: string[]
  query?: string
  headers?: RequestHeaders
  body: unknown
}

/** The answer to a call; `body` is parsed JSON. */
export interface CallReply {
  status: number
  body: unknown
}
