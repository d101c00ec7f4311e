/** Cross-origin requests, by the three `PREFECT_SERVER_CORS_ALLOWED_*` settings. */
import type { DispatchReply } from '../actors/dispatcher.ts'
import { textReply } from './errors.ts'

/** Comma-separated lists, as the settings have them: blanks count, `*` stands for all. */
export interface CorsSettings {
  allowedOrigins: string
  allowedMethods: string
  allowedHeaders: string
}

export interface Preflight {
  origin: string
  method: string
  /** Undefined when the request names none. */
  headers: string | undefined
  privateNetwork: boolean
}

const allMethods = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']
const alwaysAllowedHeaders = ['Accept', 'Accept-Language', 'Content-Language', 'Content-Type']
const secondsToRemember = 600

export class Cors {
  readonly #origins: ReadonlySet<string>
  readonly #anyOrigin: boolean
  readonly #methods: readonly string[]
  readonly #headers: readonly string[]
  readonly #anyHeader: boolean

  constructor(settings: CorsSettings) {
    const methods = settings.allowedMethods.split(',')
    const headers = settings.allowedHeaders.split(',')
    this.#origins = new Set(settings.allowedOrigins.split(','))
    this.#anyOrigin = this.#origins.has('*')
    this.#methods = methods.includes('*') ? allMethods : methods
    this.#anyHeader = headers.includes('*')
    this.#headers = [...new Set([...alwaysAllowedHeaders, ...headers])].sort()
  }

  /** Answers an OPTIONS request that asks whether another may be sent. */
  answerPreflight(preflight: Preflight): DispatchReply {
    const refused: string[] = []
    const headers: [string, string][] = this.#anyOrigin ? [['access-control-allow-origin', '*']] : [['vary', 'Origin']]
    headers.push(['access-control-allow-methods', this.#methods.join(', ')], ['access-control-max-age', String(secondsToRemember)])
    if (!this.#anyHeader) headers.push(['access-control-allow-headers', this.#headers.join(', ')])
    else if (preflight.headers !== undefined) headers.push(['access-control-allow-headers', preflight.headers])

    if (!this.#allowsOrigin(preflight.origin)) refused.push('origin')
    else if (!this.#anyOrigin) headers.push(['access-control-allow-origin', preflight.origin])
    if (!this.#methods.includes(preflight.method)) refused.push('method')
    if (!this.#allowsHeaders(preflight.headers)) refused.push('headers')
    if (preflight.privateNetwork) refused.push('private-network')

    if (refused.length > 0) return textReply(400, `Disallowed CORS ${refused.join(', ')}`, headers)
    return textReply(200, 'OK', headers)
  }

  /** The headers that tell a browser it may read the reply. `vary: Origin` goes along with an origin of its own. */
  headersFor(origin: string): [string, string][] {
    if (this.#anyOrigin) return [['access-control-allow-origin', '*']]
    if (!this.#allowsOrigin(origin)) return []
    return [
      ['access-control-allow-origin', origin],
      ['vary', 'Origin'],
    ]
  }

  #allowsOrigin(origin: string): boolean {
    return this.#anyOrigin || this.#origins.has(origin)
  }

  #allowsHeaders(requested: string | undefined): boolean {
    if (this.#anyHeader || requested === undefined) return true
    const allowed = new Set(this.#headers.map((header) => header.toLowerCase()))
    return requested.split(',').every((header) => allowed.has(header.trim().toLowerCase()))
  }
}
