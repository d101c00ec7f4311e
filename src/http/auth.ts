import { timingSafeEqual } from 'node:crypto'

/** Checks credentials against `PREFECT_SERVER_API_AUTH_STRING`; undefined stands for a server without authentication. */
export class Authentication {
  readonly #secret: Buffer | undefined

  constructor(authString: string | undefined) {
    this.#secret = authString === undefined ? undefined : Buffer.from(authString)
  }

  get required(): boolean {
    return this.#secret !== undefined
  }

  /** `Authorization: Basic base64(auth string)`, the scheme's case as written, exactly one blank-separated value. */
  acceptsHeader(authorization: string): boolean {
    if (this.#secret === undefined) return true
    const [scheme, credentials, ...rest] = authorization.trim().split(/\s+/)
    if (scheme !== 'Basic' || credentials === undefined || rest.length > 0) return false
    return this.#matches(Buffer.from(credentials, 'base64'))
  }

  /** The bare auth string, as websockets send it. */
  acceptsToken(token: unknown): boolean {
    if (this.#secret === undefined) return true
    return typeof token === 'string' && this.#matches(Buffer.from(token))
  }

  /** In a time that tells nothing about the secret but its length. */
  #matches(candidate: Buffer): boolean {
    const secret = this.#secret
    return secret !== undefined && candidate.length === secret.length && timingSafeEqual(candidate, secret)
  }
}
