/** What the settings table is made of: a row for each setting, rows gathered in sections. */
import type { Kind } from './kinds.ts'

/**
 * - server: does something here
 * - client: belongs to the Prefect client, which reads the same files; accepted and shown, nothing more
 * - inert: means something to the reference server only; accepted, and said once at start when somebody set it
 */
export type Use = 'server' | 'client' | 'inert'

/** A default that follows from other settings or from the machine; `text` says how, the rule is in derivations.ts. */
export class Derived {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** One setting without its place. */
export interface Row<T> {
  readonly kind: Kind<T>
  readonly default: T | Derived
  /** One line, a sentence. */
  readonly help: string
  /** An older name that the reference still takes. */
  readonly also?: string
  /** What to use instead of an inert setting. A row with this is inert whatever its section is. */
  readonly instead?: string
  readonly use?: Use
}

export interface Setting<T = unknown> extends Row<T> {
  /** The canonical environment variable. */
  readonly name: string
  /** The dotted name: its place in TOML files and in `/admin/settings`. */
  readonly path: string
  readonly use: Use
  /** Not a setting of the reference. */
  readonly own: boolean
}

export interface Section<Rows> {
  readonly path: string
  readonly use: Use
  readonly own: boolean
  readonly rows: Rows
}

type RowOptions = Pick<Row<unknown>, 'also' | 'instead' | 'use'>

export function setting<T>(kind: Kind<T>, defaultValue: NoInfer<T> | Derived, help: string, options: RowOptions = {}): Row<T> {
  return { kind, default: defaultValue, help, ...options }
}

export const derived = (text: string): Derived => new Derived(text)

/** Rows below one dotted path. Their keys are whole environment variables, so that a search finds them. */
export function section<Rows extends Record<string, Row<unknown>>>(path: string, use: Use, rows: Rows): Section<Rows> {
  return { path, use, own: false, rows }
}

/** The same for settings that the reference does not have. */
export function ownSection<Rows extends Record<string, Row<unknown>>>(path: string, rows: Rows): Section<Rows> {
  return { path, use: 'server', own: true, rows }
}

/** The settings of a section with their names and places. */
export function settingsOf(part: Section<Record<string, Row<unknown>>>): Setting[] {
  const prefix = `PREFECT_${part.path === '' ? '' : `${part.path.replaceAll('.', '_').toUpperCase()}_`}`
  return Object.entries(part.rows).map(([name, row]) => {
    if (!name.startsWith(prefix)) throw new RangeError(`${name} is not below ${part.path}`)
    const key = name.slice(prefix.length).toLowerCase()
    const use = row.instead === undefined ? (row.use ?? part.use) : 'inert'
    return { ...row, name, path: part.path === '' ? key : `${part.path}.${key}`, use, own: part.own }
  })
}
