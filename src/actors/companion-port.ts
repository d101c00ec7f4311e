/** A companion's side of the conversation with the main thread. */
import { parentPort } from 'node:worker_threads'
import { parseJson } from '../values/json.ts'
import type { CallReply, FromCompanion, ToCompanion } from './companion-protocol.ts'

export class CallError extends Error {
  readonly status: number
  readonly body: unknown
  constructor(operation: string, reply: CallReply) {
    super(`${operation} answered ${reply.status}: ${JSON.stringify(reply.body)}`)
    this.name = 'CallError'
    this.status = reply.status
    this.body = reply.body
  }
}

export interface CompanionPort {
  post(message: FromCompanion): void
  onMessage(listener: (message: ToCompanion) => void): void
  /** Runs an operation in a storage actor; resolves with its reply's body, rejects with CallError beyond 2xx. */
  call(operation: string, body?: unknown, params?: string[], term?: number): Promise<unknown>
}

/** The port of this worker thread. */
export function companionPort(): CompanionPort {
  const port = parentPort
  if (port === null) throw new Error('a companion runs in a worker thread')
  const open = new Map<number, { operation: string; resolve: (body: unknown) => void; reject: (error: Error) => void }>()
  let lastId = 0
  const post = (message: FromCompanion): void => port.postMessage(message)
  port.on('message', (message: ToCompanion) => {
    if (message.type !== 'reply') return
    const call = open.get(message.id)
    if (call === undefined) return
    open.delete(message.id)
    const reply: CallReply = { status: message.status, body: message.body === '' ? null : parseJson(message.body) }
    if (reply.status < 300) call.resolve(reply.body)
    else call.reject(new CallError(call.operation, reply))
  })
  return {
    post,
    onMessage: (listener) => void port.on('message', listener),
    call: (operation, body = null, params = [], term = undefined) =>
      new Promise((resolve, reject) => {
        lastId += 1
        open.set(lastId, { operation, resolve, reject })
        post({ type: 'call', id: lastId, operation, params, body: JSON.stringify(body), term })
      }),
  }
}
