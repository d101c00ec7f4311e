/** Where the two web UIs live below PREFECT_SERVER_UI_SERVE_BASE: v1 at its root, v2 at `/v2`; a base that ends in /v2 names v2's. */

export type UiVersion = 'v1' | 'v2'

export interface UiPaths {
  /** Without a slash at the end, `/` alone for the root. */
  readonly base: Readonly<Record<UiVersion, string>>
  readonly settings: string
}

export function uiPaths(serveBase: string): UiPaths {
  const configured = normalize(serveBase)
  const base = configured.endsWith('/v2')
    ? { v1: configured.slice(0, -'/v2'.length) || '/', v2: configured }
    : { v1: configured, v2: join(configured, '/v2') }
  return { base, settings: join(base.v1, '/ui-settings') }
}

/** The part of `path` below `base`, with its slash; undefined when it is elsewhere. */
export function below(path: string, base: string): string | undefined {
  if (base === '/') return path || '/'
  if (path === base) return '/'
  return path.startsWith(`${base}/`) ? path.slice(base.length) : undefined
}

/** The path of a page of the UI at `base`; the UI's own root keeps its slash. */
export function join(base: string, relative: string): string {
  return base === '/' ? relative : `${base}${relative}`
}

function normalize(serveBase: string): string {
  const path = serveBase.startsWith('/') ? serveBase : `/${serveBase}`
  return path.replace(/\/+$/, '') || '/'
}
