/** What bounds the front end, whoever its clients are. */
export interface Limits {
  /** The largest body of a request (413). */
  bodyBytes: number
  /** All bodies of requests that are under way together (503). */
  allBodiesBytes: number
  /** Requests that are dispatched or still send their body (503). */
  requestsInFlight: number
  /** A body must be there after this time and one second for each `bodySlowestBytes` of it (408). */
  bodyMilliseconds: number
  bodySlowestBytes: number
  /** Replies from this size on are compressed; what fits into a few packets gains nothing. */
  gzipBytes: number
  /** The longest message of a websocket (1009). */
  webSocketMessageBytes: number
  /** What may wait for a slow websocket before it is closed (1013). */
  webSocketBufferBytes: number
  /** A silent websocket is pinged and, when no pong comes, dropped after this time. */
  webSocketIdleSeconds: number
  /** The time a websocket has for its `auth` message (1008). */
  webSocketHandshakeMilliseconds: number
  /** How often slow bodies and handshakes are looked for. */
  sweepMilliseconds: number
}

export const defaultLimits: Limits = {
  bodyBytes: 32 * 1024 * 1024,
  allBodiesBytes: 512 * 1024 * 1024,
  requestsInFlight: 10_000,
  bodyMilliseconds: 30_000,
  bodySlowestBytes: 1024,
  gzipBytes: 4096,
  webSocketMessageBytes: 16 * 1024 * 1024,
  webSocketBufferBytes: 16 * 1024 * 1024,
  webSocketIdleSeconds: 40,
  webSocketHandshakeMilliseconds: 30_000,
  sweepMilliseconds: 1000,
}
