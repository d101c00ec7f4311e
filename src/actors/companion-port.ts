/** A companion's side of the conversation with the main thread. */
import { parentPort } from 'node:worker_threads'
import { parseJson } from '../values/json.ts'
import type { Call, CallReply, FromCompanion, ToCompanion } from './companion-protocol.ts'

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
  /** The same, with whatever the answer is. */
  request(call: Call, term?: number): Promise<CallReply>
}

/** The port of this worker thread. */
export function companionPort(): CompanionPort {
  const port = parentPort
  if (port === null) throw new Error('a companion runs in a worker thread')
  const open = new Map<number, (reply: CallReply) => void>()
  let lastId = 0
  const post = (message: FromCompanion): void => port.postMessage(message)
  port.on('message', (message: ToCompanion) => {
    if (message.type !== 'reply') return
    const resolve = open.get(message.id)
    open.delete(message.id)
    resolve?.({ status: message.status, body: message.body === '' ? null : parseJson(message.body) })
  })
  const request: CompanionPort['request'] = ({ body, ...call }, term) =>
    new Promise((resolve) => {
      lastId += 1
      open.set(lastId, resolve)
      post({ type: 'call', id: lastId, ...call, body: body === undefined ? '' : JSON.stringify(body), term })
    })
  return {
    post,
    onMessage: (listener) => void port.on('message', listener),
    request,
    async call(operation, body = null, params = [], term = undefined) {
      const reply = await request({ operation, params, body }, term)
      if (reply.status >= 300) throw new CallError(operation, reply)
      return reply.body
    },
  }
}
