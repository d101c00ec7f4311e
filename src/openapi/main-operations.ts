/** The operations that the main thread answers without a database: they are in no route table of a resource. */
import type { Schema } from '../schema/index.ts'

/** An operation as the document sees it; those that need no database have no handler in the route tables. */
export interface Described {
  method: string
  path: string
  name: string
  tags?: readonly string[] | undefined
  params?: Schema<unknown> | undefined
  query?: Schema<unknown> | undefined
  body?: Schema<unknown> | undefined
  /** False for the few routes that look at no header and refuse nothing. */
  validates?: boolean
}

const get = (path: string, name: string, validates = true): Described => ({ method: 'GET', path, name, validates })

export const mainOperations: readonly Described[] = [
  get('/health', 'health_check', false),
  get('/version', 'server_version', false),
  get('/admin/settings', 'read_settings'),
  get('/admin/version', 'read_version'),
  get('/hello', 'hello'),
  get('/ready', 'perform_readiness_check'),
]
