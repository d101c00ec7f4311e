/**
 * Websockets up to the point where a route takes over: the handshake, the limits, the closing.
 *
 * With the subprotocol `prefect` the first message must be `{"type": "auth", "token": …}`, also when nobody need
 * authenticate; `{"type": "auth_success"}` answers it. Old clients offer no subprotocol: they are let in at once when no
 * authentication is set and the route does not insist.
 */
import { log } from '../logging/log.ts'
import type { Authentication } from './auth.ts'
import { frontEndErrors, invalidHandshake } from './errors.ts'
import type { Limits } from './limits.ts'
import { decodePath } from './location.ts'
import { Router } from './router.ts'
import type { IncomingRequest, UpgradeAnswer, WebSocketConnection, WebSocketListener } from './uws.ts'

/** One client's websocket after the handshake. */
export interface Socket {
  readonly open: boolean
  /** Bytes that wait because the client does not take them. */
  readonly bufferedBytes: number
  /** Sends a text message. False when the socket is closed; one that too much waits for is closed here, with 1013. */
  send(text: string): boolean
  /** Closes with a reason of at most 123 bytes (longer ones are cut). `WebSocketRoute.close` is called before it returns. */
  close(code: number, reason?: string): void
}

export interface WebSocketRoute {
  /** Below the API's base path. */
  path: string
  /** Refuse clients that do not offer the subprotocol `prefect`, even without authentication. */
  requiresSubprotocol?: boolean
  /** The reason given for every failed handshake, instead of the particular one. */
  authenticationFailedReason?: string
  /** The handshake is done. `params` are the path's, decoded. */
  open(socket: Socket, params: readonly string[]): void
  message(socket: Socket, text: string): void
  /** The socket is closed, by whomever; called once for each that was opened. */
  close(socket: Socket): void
}

export const closeCodes = {
  policyViolation: 1008,
  unsupportedData: 1003,
  tooBig: 1009,
  internalError: 1011,
  serviceRestart: 1012,
  tryAgainLater: 1013,
}

const subprotocol = 'prefect'
const supportedVersion = '13'
const decoder = new TextDecoder()
const encoder = new TextEncoder()

export interface WebSocketsOptions {
  routes: readonly WebSocketRoute[]
  /** Without a slash at its end. */
  basePath: string
  authentication: Authentication
  limits: Limits
}

/** All websockets of a server. */
export class WebSockets {
  readonly #options: WebSocketsOptions
  readonly #router: Router<WebSocketRoute>
  readonly #sockets = new Set<ServerSocket>()
  #closing = false

  constructor(options: WebSocketsOptions) {
    this.#options = options
    this.#router = new Router(options.routes.map((route) => ({ methods: ['GET'], path: options.basePath + route.path, target: route })))
  }

  get size(): number {
    return this.#sockets.size
  }

  /** Decides about a request for a websocket. */
  upgrade(request: IncomingRequest): UpgradeAnswer {
    if (this.#closing) return { refuse: frontEndErrors.upgradeWhileClosing }
    const version = request.header('sec-websocket-version')
    if (version === '') return { refuse: invalidHandshake('missing Sec-WebSocket-Version header') }
    if (version !== supportedVersion) return { refuse: invalidHandshake(`invalid Sec-WebSocket-Version header: ${version}`) }
    const match = this.#router.find('GET', decodePath(request.path))
    if (match === undefined || 'allow' in match) return { refuse: frontEndErrors.upgradeRefused }
    const { target: route, params } = match
    const offers = request.header('sec-websocket-protocol').split(',')
    const handshake = offers.some((offer) => offer.trim() === subprotocol)
    const { authentication, limits } = this.#options
    if (!handshake && (authentication.required || route.requiresSubprotocol)) return { refuse: frontEndErrors.upgradeRefused }
    const socket = new ServerSocket({ route, params, handshake, authentication, limits, all: this.#sockets })
    return { subprotocol: handshake ? subprotocol : '', listener: socket }
  }

  /** Closes the sockets whose `auth` message does not come. To be called about every second. */
  sweep(): void {
    const latest = performance.now() - this.#options.limits.webSocketHandshakeMilliseconds
    for (const socket of this.#sockets) socket.expireHandshake(latest)
  }

  /** Refuses new sockets and closes the others. */
  close(): void {
    this.#closing = true
    for (const socket of this.#sockets) socket.close(closeCodes.serviceRestart)
  }
}

interface ServerSocketOptions {
  route: WebSocketRoute
  params: readonly string[]
  handshake: boolean
  authentication: Authentication
  limits: Limits
  all: Set<ServerSocket>
}

class ServerSocket implements Socket, WebSocketListener {
  readonly #options: ServerSocketOptions
  #connection: WebSocketConnection | undefined
  #state: 'handshake' | 'open' | 'closed' = 'handshake'
  readonly #created = performance.now()

  constructor(options: ServerSocketOptions) {
    this.#options = options
  }

  get open(): boolean {
    return this.#state === 'open'
  }

  get bufferedBytes(): number {
    return this.#connection?.bufferedBytes ?? 0
  }

  send(text: string): boolean {
    if (this.#state === 'closed' || this.#connection === undefined) return false
    if (this.#connection.bufferedBytes > this.#options.limits.webSocketBufferBytes) {
      this.close(closeCodes.tryAgainLater, 'too slow')
      return false
    }
    this.#connection.send(text)
    return true
  }

  close(code: number, reason = ''): void {
    this.#connection?.close(code, shortened(reason))
  }

  expireHandshake(latest: number): void {
    if (this.#state === 'handshake' && this.#created < latest) this.#refuse("Expected 'auth' message")
  }

  opened(connection: WebSocketConnection): void {
    this.#connection = connection
    this.#options.all.add(this)
    if (!this.#options.handshake) this.#enter()
  }

  received(bytes: Uint8Array, isBinary: boolean): void {
    const { route, limits } = this.#options
    if (this.#state === 'closed') return
    if (isBinary) this.close(closeCodes.unsupportedData, 'Expected a text message')
    else if (bytes.length > limits.webSocketMessageBytes) {
      this.close(closeCodes.tooBig, `frame exceeds limit of ${limits.webSocketMessageBytes} bytes`)
    } else {
      const text = decoder.decode(bytes)
      if (this.#state === 'handshake') this.#authenticate(text)
      else this.#guard(() => route.message(this, text))
    }
  }

  closed(): void {
    const wasOpen = this.#state === 'open'
    this.#state = 'closed'
    this.#options.all.delete(this)
    if (wasOpen) this.#guard(() => this.#options.route.close(this))
  }

  #authenticate(text: string): void {
    const message = parseObject(text)
    if (message?.type !== 'auth') this.#refuse("Expected 'auth' message")
    else if (this.#options.authentication.acceptsToken(message.token)) {
      this.#connection?.send('{"type":"auth_success"}')
      this.#enter()
    } else this.#refuse(message.token ? 'Invalid token' : 'Auth required but no token provided')
  }

  #refuse(reason: string): void {
    this.close(closeCodes.policyViolation, this.#options.route.authenticationFailedReason ?? reason)
  }

  #enter(): void {
    this.#state = 'open'
    this.#guard(() => this.#options.route.open(this, this.#options.params))
  }

  /** A route's fault ends its own socket and nothing else. */
  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      log.error({ path: this.#options.route.path, err: error }, 'a websocket failed')
      this.close(closeCodes.internalError)
    }
  }
}

function parseObject(text: string): { type?: unknown; token?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** A close frame holds 123 bytes of reason. */
function shortened(reason: string): string {
  const { read } = encoder.encodeInto(reason, new Uint8Array(123))
  return reason.slice(0, read)
}
