/**
 * Every answer of the front end that is an error, in one table. What the handlers answer is in `resources/errors.ts`.
 * Where the reference has the case too, status, body and headers are its own.
 */
import type { DispatchReply } from '../actors/dispatcher.ts'

const encoder = new TextEncoder()

/** A reply with a JSON body. */
export function jsonReply(status: number, value: unknown, headers: readonly (readonly [string, string])[] = []): DispatchReply {
  return { status, headers: [...headers, ['content-type', 'application/json']], body: encoder.encode(JSON.stringify(value)) }
}

/** A reply with a plain text body. */
export function textReply(status: number, text: string, headers: readonly (readonly [string, string])[] = []): DispatchReply {
  return { status, headers: [...headers, ['content-type', 'text/plain; charset=utf-8']], body: encoder.encode(text) }
}

export const frontEndErrors = {
  unauthorized: jsonReply(401, { exception_message: 'Unauthorized' }),
  notFound: jsonReply(404, { detail: 'Not Found' }),
  /** The client began a body and did not go on with it. */
  bodyTooSlow: jsonReply(408, { exception_message: 'Request Timeout' }),
  bodyTooLarge: jsonReply(413, { exception_message: 'Request body too large' }),
  internal: jsonReply(500, { exception_message: 'Internal Server Error' }),
  /** Too much is under way; nothing was done, so clients may repeat it. */
  overloaded: jsonReply(503, { exception_message: 'Service Unavailable' }, [['retry-after', '1']]),
  upgradeRefused: textReply(403, ''),
  upgradeWhileClosing: textReply(503, ''),
} as const satisfies Record<string, DispatchReply>

/** 405 with the methods of the route that has the path. */
export function methodNotAllowed(allow: string): DispatchReply {
  return jsonReply(405, { detail: 'Method Not Allowed' }, [['allow', allow]])
}

export function malformedApiVersion(version: string): DispatchReply {
  return jsonReply(400, {
    detail: `Invalid X-PREFECT-API-VERSION header format.Expected header in format 'x.y.z' but received ${version}`,
  })
}

export function outdatedApiVersion(version: string, minimum: string): DispatchReply {
  return jsonReply(400, {
    detail: `The request specified API version ${version} but this server requires version ${minimum} or higher.`,
  })
}

/** An upgrade request that is no websocket handshake. */
export function invalidHandshake(problem: string): DispatchReply {
  return textReply(400, `Failed to open a WebSocket connection: ${problem}.\n`)
}
