/** One built UI: its files as they are sent, kept in memory once asked for. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { extname, join, normalize, sep } from 'node:path'

export interface StaticFile {
  readonly body: Uint8Array
  readonly contentType: string
  readonly etag: string
}

/** Stands in the built files for the path at which the UI is served. */
const placeholder = '/PREFECT_UI_SERVE_BASE_REPLACE_PLACEHOLDER'
const withPlaceholder = new Set(['.txt', '.html', '.css', '.js', '.json'])

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/vnd.microsoft.icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
}

export class Bundle {
  readonly #folder: string
  readonly #base: string
  readonly #files = new Map<string, StaticFile>()

  /** The files of `folder`, served at `base`. */
  constructor(folder: string, base: string) {
    this.#folder = folder
    this.#base = base
  }

  /** Whether a folder holds a built UI. */
  static isIn(folder: string): boolean {
    return existsSync(join(folder, 'index.html'))
  }

  /** The file at a path below the UI's base, undefined when there is none; a folder is its index.html. */
  file(path: string): StaticFile | undefined {
    if (path.includes('\0')) return undefined
    const name = normalize(join(this.#folder, path))
    if (name !== this.#folder && !name.startsWith(this.#folder + sep)) return undefined
    const kept = this.#files.get(name)
    if (kept !== undefined) return kept
    const found = isFile(name) ? name : isFile(join(name, 'index.html')) ? join(name, 'index.html') : undefined
    if (found === undefined) return undefined
    const file = this.#read(found)
    this.#files.set(name, file)
    return file
  }

  #read(name: string): StaticFile {
    const extension = extname(name)
    const stored = readFileSync(name)
    const body = withPlaceholder.has(extension)
      ? Buffer.from(stored.toString().replaceAll(placeholder, this.#base === '/' ? '' : this.#base))
      : stored
    const etag = `"${createHash('sha1').update(body).digest('hex')}"`
    return { body, etag, contentType: contentTypes[extension] ?? 'text/plain; charset=utf-8' }
  }
}

function isFile(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isFile() === true
}
