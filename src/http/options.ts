/** What the front end is given: where to listen, the routes and who answers them. */
import type { Dispatcher, DispatchReply } from '../actors/dispatcher.ts'
import type { Route } from '../resources/route.ts'
import type { CorsSettings } from './cors.ts'
import type { Limits } from './limits.ts'
import type { WebSocketRoute } from './websocket.ts'

/** What the front end needs of a route. Its position in the table is the operation that is dispatched. */
export type RouteHead = Pick<Route, 'method' | 'path'>

/** A request to a route that the main thread answers itself. */
export interface MainRequest {
  method: string
  /** The whole path, decoded. */
  path: string
  /** Raw, without the question mark. */
  query: string
  /** Lower-case names. */
  headers: Record<string, string>
  params: readonly string[]
}

/** A route that the main thread answers itself, without a database; the request's body is not read. */
export interface MainRoute {
  /** With HEAD when it answers that too; the body is then left out by the front end. */
  methods: readonly string[]
  /** Below the API's base path. */
  path: string
  /** Refuse clients whose `X-PREFECT-API-VERSION` is too old, as all routes of the reference's routers do. */
  checksApiVersion?: boolean
  handle(request: MainRequest): DispatchReply | Promise<DispatchReply>
}

export interface ServerOptions {
  host: string
  /** 0 takes a free one. */
  port: number
  /** PREFECT_SERVER_API_BASE_PATH, `/api` when that is not set. */
  apiBasePath: string
  /** PREFECT_SERVER_API_AUTH_STRING. */
  authString?: string | undefined
  cors: CorsSettings
  routes: readonly RouteHead[]
  dispatcher: Dispatcher
  mainRoutes: readonly MainRoute[]
  webSocketRoutes: readonly WebSocketRoute[]
  /** Answers what is not below the API's base path (the UI); undefined is a 404. */
  fallback?: ((request: MainRequest) => DispatchReply | undefined | Promise<DispatchReply | undefined>) | undefined
  limits?: Partial<Limits> | undefined
  /** Peers whose `X-Forwarded-Proto` is believed; `*` for all. */
  trustedProxies?: readonly string[] | undefined
  /** Called once per request with the operation it was dispatched to, if any; 499 when the client left before its reply. */
  onRequest?: ((operation: number | undefined, status: number, microseconds: number) => void) | undefined
}

export interface Server {
  readonly port: number
  /** Dispatched requests without their reply. */
  readonly requestsInFlight: number
  readonly webSockets: number
  /**
   * Accepts nothing new, closes websockets with 1012 (service restart), answers what is under way for up to
   * `drainMilliseconds`, then drops what is left.
   */
  close(drainMilliseconds: number): Promise<void>
}
