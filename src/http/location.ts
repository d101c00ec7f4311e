/** Paths as they come in and go out: percent-decoding, and the absolute Location of a redirect. */

const escapes = /(?:%[0-9a-f]{2})+/gi

/** Decodes as Python's unquote does: bytes that are no UTF-8 become U+FFFD, a stray `%` stays. */
export function decodePath(path: string): string {
  if (!path.includes('%')) return path
  return path.replace(escapes, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'))
}

export interface Redirect {
  scheme: 'http' | 'https'
  /** The Host header; one that could smuggle in another path gives way to `fallbackHost`. */
  host: string
  fallbackHost: string
  /** Decoded. */
  path: string
  /** Raw. */
  query: string
}

const plainHost = /^(?:[a-z0-9.-]+|\[[a-f0-9]*:[a-f0-9.:]+\])(?::[0-9]+)?$/i
const needsEscape = /[^A-Za-z0-9_.\-~:/%#?=@[\]!$&'()*+,;]/gu

/** The absolute URL that a redirect points to. */
export function redirectLocation({ scheme, host, fallbackHost, path, query }: Redirect): string {
  const authority = plainHost.test(host) ? host : fallbackHost
  const url = `${scheme}://${authority}${path}${query === '' ? '' : `?${query}`}`
  return url.replace(needsEscape, encodeURIComponent)
}

/** The path that a missing route may have meant: with a slash more, or without the slashes at its end. */
export function otherSlash(path: string): string {
  return path.endsWith('/') ? path.replace(/\/+$/, '') : `${path}/`
}
