/**
 * The front end: sockets, and nothing behind them.
 *
 *   request ─► CORS ─► below the API? ─► auth ─► route ─► API version ─┬─► main route ─► reply
 *              preflight   fallback       401   404 405 307    400     └─► body ─► mailbox ─► reply
 *
 * Invariants: every request gets one reply or its client is gone; whoever is gone is cancelled; what a request holds is
 * bounded and given back when its exchange ends.
 */
import type { DispatchReply } from '../actors/dispatcher.ts'
import { log } from '../logging/log.ts'
import type { RequestHeaders } from '../resources/route.ts'
import { checkApiVersion } from './api-version.ts'
import { Authentication } from './auth.ts'
import { asJson, BodyReceiver } from './body.ts'
import { Cors } from './cors.ts'
import { frontEndErrors, invalidHandshake, methodNotAllowed } from './errors.ts'
import { Exchange } from './exchange.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { decodePath, otherSlash, redirectLocation } from './location.ts'
import type { MainRequest, MainRoute, Server, ServerOptions } from './options.ts'
import { requestId } from './request-id.ts'
import { Router, type RouterEntry } from './router.ts'
import { type IncomingRequest, listen, type Response, type SocketServer } from './uws.ts'
import { WebSockets } from './websocket.ts'

type Target = { main: MainRoute } | { operation: number }

/** What anybody may ask without authentication. */
const openPaths: ReadonlySet<string> = new Set(['/health', '/ready'])

const forwardedHeaders = [
  'x-prefect-api-version',
  'user-agent',
  'prefect-csrf-token',
  'prefect-csrf-client',
  'prefect-automation-id',
  'prefect-automation-name',
  'x-prefect-ui',
] as const satisfies readonly (keyof RequestHeaders)[]

const noBody = new Uint8Array(0)

/** How long the last bytes get to leave before the connections are dropped. */
const lingerMilliseconds = 100

/** Starts to listen; rejects when the address cannot be had. */
export async function createServer(options: ServerOptions): Promise<Server> {
  const frontEnd = new FrontEnd(options)
  await frontEnd.listen()
  return frontEnd
}

class FrontEnd implements Server {
  readonly #options: ServerOptions
  readonly #limits: Limits
  readonly #basePath: string
  readonly #authentication: Authentication
  readonly #cors: Cors
  readonly #router: Router<Target>
  readonly #bodies: BodyReceiver
  readonly #webSockets: WebSockets
  readonly #trustedProxies: ReadonlySet<string>
  #sockets: SocketServer | undefined
  #sweeper: NodeJS.Timeout | undefined
  /** Exchanges that are not over. */
  #open = 0
  #inFlight = 0
  #closing: Promise<void> | undefined
  #refusing = false
  #whenIdle: (() => void) | undefined

  constructor(options: ServerOptions) {
    this.#options = options
    this.#limits = { ...defaultLimits, ...options.limits }
    this.#basePath = options.apiBasePath.replace(/\/+$/, '')
    this.#authentication = new Authentication(options.authString)
    this.#cors = new Cors(options.cors)
    this.#router = new Router(routerEntries(options))
    this.#bodies = new BodyReceiver(this.#limits)
    this.#trustedProxies = new Set(options.trustedProxies ?? ['127.0.0.1'])
    this.#webSockets = new WebSockets({
      routes: options.webSocketRoutes,
      basePath: this.#basePath,
      authentication: this.#authentication,
      limits: this.#limits,
    })
  }

  get port(): number {
    return this.#sockets?.port ?? 0
  }

  get requestsInFlight(): number {
    return this.#inFlight
  }

  get webSockets(): number {
    return this.#webSockets.size
  }

  async listen(): Promise<void> {
    this.#sockets = await listen({
      host: this.#options.host,
      port: this.#options.port,
      // Twice the limit: what is only somewhat too long is still told so by a close frame.
      webSocketMessageBytes: this.#limits.webSocketMessageBytes * 2,
      webSocketIdleSeconds: this.#limits.webSocketIdleSeconds,
      onRequest: (request, response) => this.#handle(request, response),
      onUpgrade: (request) => this.#webSockets.upgrade(request),
    })
    this.#sweeper = setInterval(() => {
      this.#bodies.sweep()
      this.#webSockets.sweep()
    }, this.#limits.sweepMilliseconds)
    this.#sweeper.unref()
  }

  close(drainMilliseconds: number): Promise<void> {
    this.#closing ??= this.#drain(drainMilliseconds)
    return this.#closing
  }

  async #drain(drainMilliseconds: number): Promise<void> {
    this.#sockets?.stopListening()
    this.#webSockets.close()
    if (this.#open > 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#whenIdle = resolve
      const deadline = setTimeout(resolve, drainMilliseconds)
      await promise
      clearTimeout(deadline)
    }
    // Whatever still comes would lose its reply: it is refused, so that its client knows that nothing was done.
    this.#refusing = true
    await new Promise((resolve) => setTimeout(resolve, lingerMilliseconds))
    clearInterval(this.#sweeper)
    this.#sockets?.closeAll()
  }

  #handle(request: IncomingRequest, response: Response): void {
    const origin = request.header('origin')
    const preflight = this.#preflight(request, origin)
    this.#open++
    const id = requestId(request.header('x-request-id'))
    const { method, path } = request
    const exchange = new Exchange({
      id,
      response,
      head: request.method === 'HEAD',
      acceptsGzip: request.header('accept-encoding').includes('gzip'),
      gzipBytes: this.#limits.gzipBytes,
      corsHeaders: origin === '' || preflight !== undefined ? [] : this.#cors.headersFor(origin),
      closing: () => this.#closing !== undefined,
      onEnd: (operation, status, microseconds) => {
        this.#open--
        if (this.#open === 0) this.#whenIdle?.()
        this.#options.onRequest?.(operation, status, microseconds)
        if (log.isLevelEnabled('debug')) log.debug({ request: id, method, path, status, milliseconds: microseconds / 1000 }, 'request')
      },
    })
    try {
      if (preflight !== undefined) exchange.reply(preflight)
      else this.#answer(request, response, exchange)
    } catch (error) {
      log.error({ request: id, path, err: error }, 'the front end failed')
      exchange.reply(frontEndErrors.internal)
    }
  }

  #answer(request: IncomingRequest, response: Response, exchange: Exchange): void {
    const { method, query } = request
    const path = decodePath(request.path)
    if (!path.startsWith(`${this.#basePath}/`)) {
      const { fallback } = this.#options
      if (fallback === undefined) exchange.reply(frontEndErrors.notFound)
      else this.#answerHere(exchange, { method, path, query, headers: request.headers(), params: [] }, fallback)
      return
    }
    const route = path.slice(this.#basePath.length)
    const free = method === 'GET' && openPaths.has(route)
    if (!free && !this.#authentication.acceptsHeader(request.header('authorization'))) {
      exchange.reply(frontEndErrors.unauthorized)
      return
    }
    const match = this.#router.find(method, route)
    if (match === undefined) exchange.reply(this.#nothingThere(request, response, path))
    else if ('allow' in match) exchange.reply(methodNotAllowed(match.allow))
    else if ('main' in match.target) {
      const { main } = match.target
      const refusal = main.checksApiVersion ? checkApiVersion(request.header('x-prefect-api-version')) : undefined
      if (refusal !== undefined) exchange.reply(refusal)
      else this.#answerHere(exchange, { method, path, query, headers: request.headers(), params: match.params }, (it) => main.handle(it))
    } else {
      const refusal = checkApiVersion(request.header('x-prefect-api-version'))
      if (refusal !== undefined) exchange.reply(refusal)
      else this.#dispatch(request, response, exchange, match.target.operation, match.params)
    }
  }

  #preflight(request: IncomingRequest, origin: string): DispatchReply | undefined {
    if (request.method !== 'OPTIONS' || origin === '') return undefined
    const method = request.header('access-control-request-method')
    if (method === '') return undefined
    const headers = request.header('access-control-request-headers')
    const privateNetwork = request.header('access-control-request-private-network') !== ''
    return this.#cors.answerPreflight({ origin, method, headers: headers === '' ? undefined : headers, privateNetwork })
  }

  /** A path that exists with a slash more or less is answered with where it is. */
  #nothingThere(request: IncomingRequest, response: Response, path: string): DispatchReply {
    // Whatever is a handshake went to the websockets; this one lacks its key.
    if (request.header('upgrade').toLowerCase() === 'websocket') return invalidHandshake('missing Sec-WebSocket-Key header')
    const other = otherSlash(path)
    if (!other.startsWith(`${this.#basePath}/`) || this.#router.find(request.method, other.slice(this.#basePath.length)) === undefined) {
      return frontEndErrors.notFound
    }
    const location = redirectLocation({
      scheme: this.#scheme(request, response),
      host: request.header('host'),
      fallbackHost: `${this.#options.host}:${this.port}`,
      path: other,
      query: request.query,
    })
    return { status: 307, headers: [['location', location]], body: noBody }
  }

  #scheme(request: IncomingRequest, response: Response): 'http' | 'https' {
    if (request.header('x-forwarded-proto') !== 'https') return 'http'
    return this.#trustedProxies.has('*') || this.#trustedProxies.has(response.remoteAddress()) ? 'https' : 'http'
  }

  /** Answers with what a main route or the fallback says. */
  #answerHere(
    exchange: Exchange,
    request: MainRequest,
    handle: (request: MainRequest) => DispatchReply | undefined | Promise<DispatchReply | undefined>,
  ): void {
    const fail = (error: unknown): void => {
      log.error({ request: exchange.id, path: request.path, err: error }, 'a request failed')
      exchange.reply(frontEndErrors.internal)
    }
    const reply = handle(request)
    if (!(reply instanceof Promise)) exchange.reply(reply ?? frontEndErrors.notFound)
    else reply.then((late) => exchange.reply(late ?? frontEndErrors.notFound)).catch(fail)
  }

  #dispatch(request: IncomingRequest, response: Response, exchange: Exchange, operation: number, params: readonly string[]): void {
    exchange.operation = operation
    if (this.#refusing || this.#inFlight >= this.#limits.requestsInFlight) {
      exchange.reply(frontEndErrors.overloaded)
      return
    }
    this.#inFlight++
    exchange.atEnd(() => this.#inFlight--)
    const { query } = request
    const headers = forwarded(request)
    headers['x-request-id'] = exchange.id
    headers['base-url'] = `${this.#scheme(request, response)}://${request.header('host')}`
    const submit = (body: Uint8Array): void => {
      const pending = this.#options.dispatcher.submit({ operation, params, query, headers, body }, (reply) => exchange.reply(reply))
      if (pending === undefined) exchange.reply(frontEndErrors.overloaded)
      else exchange.atEnd((abandoned) => abandoned && pending.cancel())
    }
    if (request.method === 'GET') {
      submit(noBody)
      return
    }
    const contentType = request.header('content-type')
    const release = this.#bodies.receive(response, request.header('content-length'), {
      complete: (body) => {
        try {
          submit(asJson(body, contentType))
        } catch (error) {
          log.error({ request: exchange.id, operation, err: error }, 'a request could not be dispatched')
          exchange.reply(frontEndErrors.internal)
        }
      },
      refuse: (reply) => exchange.reply(reply, true),
    })
    exchange.atEnd(release)
  }
}

function routerEntries({ mainRoutes, routes }: ServerOptions): RouterEntry<Target>[] {
  const entries: RouterEntry<Target>[] = mainRoutes.map((main) => ({ methods: main.methods, path: main.path, target: { main } }))
  for (const [operation, { method, path }] of routes.entries()) {
    // A CALL is the actors' own; any client could send a method of that name.
    if (method !== 'CALL') entries.push({ methods: [method], path, target: { operation } })
  }
  return entries
}

function forwarded(request: IncomingRequest): RequestHeaders {
  const headers: RequestHeaders = {}
  for (const name of forwardedHeaders) {
    const value = request.header(name)
    if (value !== '') headers[name] = value
  }
  return headers
}
