import type { Reply } from '../resources/route.ts'
import type { NewsFrame, ReplyFrame } from './frames.ts'

const text = new TextEncoder()
const nothing = new Uint8Array(0)

/** A reply as bytes: JSON unless the handler brought its own bytes. */
export function encodeReply(sequence: number, reply: Reply): ReplyFrame {
  const headers: [string, string][] = Object.entries(reply.headers ?? {})
  let body = nothing
  if (reply.raw !== undefined) body = typeof reply.raw === 'string' ? text.encode(reply.raw) : Uint8Array.from(reply.raw)
  else if (reply.body !== undefined) {
    headers.push(['content-type', 'application/json'])
    body = text.encode(JSON.stringify(reply.body))
  }
  return { sequence, status: reply.status, headers, body }
}

export function encodeNews(topic: string, payload: unknown): NewsFrame {
  return { topic, payload: text.encode(JSON.stringify(payload)) }
}
