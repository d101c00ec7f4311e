/**
 * The only file that knows uWebSockets.js. What it keeps from the others:
 * - a response must not be touched once it is aborted or complete, a websocket once it is closed: the native side throws
 * - a request, and every chunk of its body, is dead when its callback returns
 * - writes outside a callback must be corked; large bodies go out piece by piece, as the client takes them
 * - a client that sends less than 16 KiB/s of a body is cut off after ten seconds unless `keepReceiving` is called
 * - `endWithoutBody` with a length never completes the response, and neither does one that closes the connection
 * It cannot do: HTTP/1.0 (505), more than 100 headers (431), a connection that the client has closed its half of (it counts
 * as aborted), and a pipelined request while the one before it still waits for its reply (the connection is closed).
 */

import type { HttpRequest, HttpResponse, us_listen_socket, WebSocket } from 'uWebSockets.js'
import { STATUS_CODES } from 'node:http'
import type { DispatchReply } from '../actors/dispatcher.ts'

declare module 'uWebSockets.js' {
  /** Not in the package's own types: with 'silent' responses do not carry the name and version of the library. */
  export function _cfg(option: string): void
  interface TemplatedApp {
    /** Nor is this form of it; option 1 is an exclusive port, without it uWS shares the port with other processes. */
    listen(host: string, port: number, options: number, opened: (socket: us_listen_socket | false) => void): TemplatedApp
  }
}

// The native module reads this when it is loaded (its own default is 4 KiB), hence the late import.
process.env.UWS_HTTP_MAX_HEADERS_SIZE ??= String(64 * 1024)
const uWS = await import('uWebSockets.js')
uWS._cfg('silent')

const exclusivePort = 1

/** A header's value that held one could add headers of its own. */
const lineBreaks = /[\r\n\0]+/g

/** Up to this size a body is handed over whole; what the socket cannot take is copied. */
const wholeBytes = 64 * 1024

/** A request as long as its handler runs. */
export interface IncomingRequest {
  /** As the client wrote it. */
  readonly method: string
  /** Neither decoded nor with its query. */
  readonly path: string
  readonly query: string
  /** The first value of a header, empty when it is absent. The name is lower-case. */
  header(name: string): string
  /** All headers; the last of several with one name. */
  headers(): Record<string, string>
}

/** What becomes of an upgrade request. */
export type UpgradeAnswer = { refuse: DispatchReply } | { subprotocol: string; listener: WebSocketListener }

export interface WebSocketListener {
  opened(connection: WebSocketConnection): void
  /** `bytes` is dead when this returns. */
  received(bytes: Uint8Array, isBinary: boolean): void
  /** The connection is gone, by whomever; it must not be used any more. */
  closed(): void
}

export interface SocketServerOptions {
  host: string
  port: number
  /** A longer message ends its connection without a close frame. */
  webSocketMessageBytes: number
  /** A websocket from which nothing came for so long, not even a pong, is dropped; pings are sent in time. */
  webSocketIdleSeconds: number
  onRequest(request: IncomingRequest, response: Response): void
  onUpgrade(request: IncomingRequest): UpgradeAnswer
}

export interface SocketServer {
  readonly port: number
  /** No new connections; those that exist go on. */
  stopListening(): void
  /** Drops every connection. */
  closeAll(): void
}

/** Opens the port, exclusively; rejects when that cannot be. */
export function listen(options: SocketServerOptions): Promise<SocketServer> {
  const app = uWS.App()
  app.any('/*', (native, request) => {
    const response = new Response(native)
    options.onRequest(readRequest(request), response)
  })
  app.ws<Upgraded>('/*', {
    maxPayloadLength: options.webSocketMessageBytes,
    idleTimeout: Math.min(960, Math.max(8, Math.round(options.webSocketIdleSeconds))),
    sendPingsAutomatically: true,
    maxBackpressure: 0,
    upgrade: (native, request, context) => {
      const answer = options.onUpgrade(readRequest(request))
      if ('refuse' in answer) {
        new Response(native).send(answer.refuse, { head: false, close: true })
        return
      }
      const upgraded: Upgraded = { listener: answer.listener, connection: undefined }
      native.upgrade(upgraded, request.getHeader('sec-websocket-key'), answer.subprotocol, '', context)
    },
    open: (native) => {
      const upgraded = native.getUserData()
      upgraded.connection = new WebSocketConnection(native)
      upgraded.listener.opened(upgraded.connection)
    },
    message: (native, message, isBinary) => native.getUserData().listener.received(new Uint8Array(message), isBinary),
    close: (native) => {
      const { connection, listener } = native.getUserData()
      connection?.forget()
      listener.closed()
    },
  })
  return new Promise((resolve, reject) => {
    app.listen(options.host, options.port, exclusivePort, (socket) => {
      if (socket === false) {
        reject(new Error(`cannot listen on ${options.host}:${options.port}: the address is in use or not this machine's`))
        return
      }
      resolve({
        port: uWS.us_socket_local_port(socket),
        stopListening: () => uWS.us_listen_socket_close(socket),
        closeAll: () => void app.close(),
      })
    })
  })
}

interface Upgraded {
  listener: WebSocketListener
  connection: WebSocketConnection | undefined
}

function readRequest(request: HttpRequest): IncomingRequest {
  // Whatever its types say, it is undefined without a question mark.
  const query: string | undefined = request.getQuery()
  return {
    method: request.getCaseSensitiveMethod(),
    path: request.getUrl(),
    query: query ?? '',
    header: (name) => request.getHeader(name),
    headers: () => {
      const headers: Record<string, string> = {}
      request.forEach((name, value) => {
        headers[name] = value
      })
      return headers
    },
  }
}

/** One response. It ends once: sent in full, or aborted by the client or the connection. */
export class Response {
  #native: HttpResponse | undefined
  #onEnd: ((aborted: boolean) => void) | undefined

  constructor(native: HttpResponse) {
    this.#native = native
    native.onAborted(() => this.#end(true))
  }

  /** Calls `handler` once, when the response was handed over in full or can no longer be. */
  onEnd(handler: (aborted: boolean) => void): void {
    this.#onEnd = handler
  }

  /** Receives the request's body. `chunk` is dead when the handler returns. To be called before the request's handler returns. */
  onBody(handler: (chunk: Uint8Array, last: boolean) => void): void {
    this.#native?.onData((chunk, last) => handler(new Uint8Array(chunk), last))
  }

  /** Gives a slow body ten more seconds. */
  keepReceiving(): void {
    this.#native?.pause()
    this.#native?.resume()
  }

  /** The peer's address as text. */
  remoteAddress(): string {
    return this.#native === undefined ? '' : Buffer.from(this.#native.getRemoteAddressAsText()).toString()
  }

  /** Sends everything; nothing happens when the response has ended. With `head` the body's length goes out, and not the body. */
  send(reply: DispatchReply, options: { head: boolean; close: boolean }): void {
    const native = this.#native
    if (native === undefined) return
    native.cork(() => {
      native.writeStatus(statusLine(reply.status))
      for (const [name, value] of reply.headers) native.writeHeader(name, value.replace(lineBreaks, ' '))
      if (options.head) {
        native.writeHeader('content-length', String(reply.body.length))
        native.endWithoutBody()
        this.#end(false)
      } else if (reply.status === 204 || reply.status === 304) {
        native.endWithoutBody()
        this.#end(false)
      } else if (options.close || reply.body.length <= wholeBytes) {
        native.end(reply.body, options.close)
        this.#end(false)
      } else this.#stream(native, reply.body)
    })
  }

  #stream(native: HttpResponse, body: Uint8Array): void {
    const [, complete] = native.tryEnd(body, body.length)
    if (complete) {
      this.#end(false)
      return
    }
    native.onWritable((offset) => {
      const [taken, finished] = native.tryEnd(body.subarray(offset), body.length)
      if (finished) this.#end(false)
      return taken
    })
  }

  #end(aborted: boolean): void {
    if (this.#native === undefined) return
    this.#native = undefined
    this.#onEnd?.(aborted)
  }
}

/** An open websocket; after its close every method does nothing. */
export class WebSocketConnection {
  #native: WebSocket<Upgraded> | undefined

  constructor(native: WebSocket<Upgraded>) {
    this.#native = native
  }

  /** Bytes that wait because the client does not take them. */
  get bufferedBytes(): number {
    return this.#native?.getBufferedAmount() ?? 0
  }

  send(text: string): void {
    this.#native?.send(text)
  }

  /** Sends a close frame and drops the connection. The listener's `closed` is called before this returns. */
  close(code: number, reason: string): void {
    this.#native?.end(code, reason)
  }

  /** The native side is gone. */
  forget(): void {
    this.#native = undefined
  }
}

const statusLines = new Map<number, string>()

function statusLine(status: number): string {
  let line = statusLines.get(status)
  if (line === undefined) {
    line = `${status} ${STATUS_CODES[status] ?? 'Unknown'}`
    statusLines.set(status, line)
  }
  return line
}
