/** A websocket protocol. One file each in this folder; `index.ts` is the list. */
import type { Settings } from '../../config/settings.ts'

/** A socket that has passed the handshake. */
export interface StreamSocket {
  send(message: unknown): void
  close(code: number, reason: string): void
}

export interface StreamContext {
  readonly settings: Settings
  /** Runs an operation in a storage actor; resolves with the reply's body, rejects with CallError beyond 2xx. */
  call(operation: string, body?: unknown, params?: string[]): Promise<unknown>
  /** Tells the other streams and pods. */
  publish(topic: string, payload: unknown): void
}

/** One open socket's conversation. Errors that are thrown close the socket with 1011. */
export interface Conversation {
  message(text: string): void | Promise<void>
  /** Every piece of news, whatever its topic; called for all open conversations. */
  news?(topic: string, payload: unknown): void
  closed(): void | Promise<void>
}

export interface Stream {
  /** As a route's path, below /api. */
  path: string
  /** The worker channel refuses clients without the `prefect` subprotocol even when there is no auth. */
  requiresSubprotocol?: boolean
  /** The close reason of a failed handshake, when it is not the usual text. */
  authenticationFailedReason?: string
  open(socket: StreamSocket, params: string[], context: StreamContext): Conversation
  /** Every piece of news, once for all conversations together. */
  news?(topic: string, payload: unknown, context: StreamContext): void
}
