/** Messages between the main thread and its companions (the services actor, the streams actor). */

export type ToCompanion =
  | { type: 'reply'; id: number; status: number; body: string }
  | { type: 'news'; topic: string; payload: string }
  | { type: 'opened'; socket: number; path: string; params: string[] }
  | { type: 'message'; socket: number; text: string }
  | { type: 'closed'; socket: number }
  | { type: 'stop' }

export type FromCompanion =
  /** Asks a storage actor for an operation, by its name. */
  | { type: 'call'; id: number; operation: string; params: string[]; body: string }
  | { type: 'news'; topic: string; payload: string }
  | { type: 'send'; socket: number; text: string }
  | { type: 'close'; socket: number; code: number; reason: string }
  /** What this companion wants to be seen of it: loop ages and the like. */
  | { type: 'report'; report: unknown }
  | { type: 'stopped' }

/** The answer to a call; `body` is parsed JSON. */
export interface CallReply {
  status: number
  body: unknown
}
