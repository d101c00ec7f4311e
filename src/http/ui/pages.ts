/**
 * What the front end answers outside the API: the web UI's files, its settings, and which of the two UIs a browser gets.
 *
 *   /ui-settings       what the UI must know of this server
 *   a page of one UI   the other one when the browser prefers that (a cookie), by a redirect
 *   a file             itself
 *   any other page     index.html: the UI has routes of its own
 */
import type { DispatchReply } from '../../actors/dispatcher.ts'
import type { MainRequest } from '../options.ts'
import { Bundle, type StaticFile } from './bundle.ts'
import { below, join, type UiPaths, type UiVersion, uiPaths } from './paths.ts'

export interface UiOptions {
  /** PREFECT_SERVER_UI_SERVE_BASE. */
  serveBase: string
  /** Folders of the built UIs; one that is missing is not served. */
  folders: Readonly<Partial<Record<UiVersion, string>>>
  /** What a browser without a preference gets. */
  preferred: UiVersion
  /** Where the UI finds the API. */
  apiUrl: string
  csrfProtection: boolean
  /** Whether the API asks for a user and a password. */
  authentication: boolean
}

const versions: readonly UiVersion[] = ['v1', 'v2']
const preferenceCookie = /(?:^|;\s*)prefect_ui_version=(v1|v2)(?:;|$)/
const noBody = new Uint8Array(0)

export class UiPages {
  readonly #options: UiOptions
  readonly #paths: UiPaths
  readonly #bundles: ReadonlyMap<UiVersion, Bundle>

  constructor(options: UiOptions) {
    this.#options = options
    this.#paths = uiPaths(options.serveBase)
    this.#bundles = new Map(
      versions.flatMap((version): [UiVersion, Bundle][] => {
        const folder = options.folders[version]
        return folder === undefined ? [] : [[version, new Bundle(folder, this.#paths.base[version])]]
      }),
    )
  }

  /** The reply to a request outside the API; undefined where nothing is. */
  answer(request: MainRequest): DispatchReply | undefined {
    const reads = request.method === 'GET' || request.method === 'HEAD'
    if (request.path === this.#paths.settings && reads) return this.#settings()
    const version = this.#versionAt(request.path)
    if (version === undefined) return undefined
    const path = below(request.path, this.#paths.base[version]) ?? '/'
    if (reads && isNavigation(request)) {
      const other = this.#preference(version, path, request.headers.cookie)
      if (other !== version) return redirect(join(this.#paths.base[other], path), request.query)
    }
    const bundle = this.#bundles.get(version)
    const file = bundle?.file(path)
    if (!reads) return file === undefined ? undefined : methodNotAllowed
    if (file !== undefined) return send(file, request)
    const page = acceptsHtml(request) ? bundle?.file('/index.html') : undefined
    return page && send(page, request)
  }

  /** The UI that a path belongs to: v2's base lies below v1's. */
  #versionAt(path: string): UiVersion | undefined {
    return (['v2', 'v1'] as const).find((version) => below(path, this.#paths.base[version]) !== undefined)
  }

  /** The UI that a page is for: links into v2 are kept, v1's root is where people start. */
  #preference(version: UiVersion, path: string, cookies = ''): UiVersion {
    if (this.#bundles.size === 0) return version
    if (version === 'v2' ? this.#bundles.has('v2') : path !== '/') return version
    const wanted = preferenceCookie.exec(cookies)?.[1] === 'v1' ? 'v1' : preferenceCookie.test(cookies) ? 'v2' : undefined
    return wanted !== undefined && this.#bundles.has(wanted) ? wanted : this.#default
  }

  get #default(): UiVersion {
    const { preferred } = this.#options
    return this.#bundles.has(preferred) ? preferred : ([...this.#bundles.keys()][0] ?? preferred)
  }

  #settings(): DispatchReply {
    const { apiUrl, csrfProtection, authentication } = this.#options
    const available = [...this.#bundles.keys()]
    const baseUrl = (version: UiVersion): string | null => (this.#bundles.has(version) ? this.#paths.base[version] : null)
    const settings = {
      api_url: apiUrl,
      csrf_enabled: csrfProtection,
      auth: authentication ? 'BASIC' : null,
      flags: [],
      default_ui: this.#default,
      available_uis: available,
      v1_base_url: baseUrl('v1'),
      v2_base_url: baseUrl('v2'),
    }
    return { status: 200, headers: [['content-type', 'application/json']], body: Buffer.from(JSON.stringify(settings)) }
  }
}

const methodNotAllowed: DispatchReply = {
  status: 405,
  headers: [['content-type', 'application/json']],
  body: Buffer.from('{"detail":"Method Not Allowed"}'),
}

/** A file, unless the client has it already. */
export function send(file: StaticFile, { headers }: MainRequest): DispatchReply {
  const known = headers['if-none-match']?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === file.etag)
  if (known) return { status: 304, headers: [['etag', file.etag]], body: noBody }
  return {
    status: 200,
    headers: [
      ['content-type', file.contentType],
      ['etag', file.etag],
    ],
    body: file.body,
  }
}

function redirect(path: string, query: string): DispatchReply {
  return { status: 307, headers: [['location', query === '' ? path : `${path}?${query}`]], body: noBody }
}

/** Whether a browser goes to a page, rather than that a script asks for data. */
function isNavigation({ headers }: MainRequest): boolean {
  const destination = headers['sec-fetch-dest'] ?? ''
  if (headers['sec-fetch-mode'] === 'navigate' || destination === 'document' || destination === 'iframe') return true
  return (headers.accept ?? '').toLowerCase().includes('text/html')
}

function acceptsHtml({ headers }: MainRequest): boolean {
  return (headers.accept ?? '')
    .toLowerCase()
    .split(',')
    .some((part) => {
      const [type = '', ...parameters] = part.split(';').map((text) => text.trim())
      const quality = parameters.find((text) => text.startsWith('q='))
      return (type === 'text/html' || type === 'application/xhtml+xml') && (quality === undefined || Number(quality.slice(2)) !== 0)
    })
}
