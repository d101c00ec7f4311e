/**
 * Views of the registry of integrations. The reference looks them up on the internet and has a copy of one for when it
 * cannot: what workers there are and how their jobs are described, which `prefect work-pool create` and the UI ask for.
 * This server answers from that copy (worker-metadata.json: the one in prefect 3.8.8, Apache-2.0) and never looks them up.
 */
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { ok, type Reply, type Request, route } from '../route.ts'

const known: ReadonlySet<string> = new Set([
  'aggregate-block-metadata',
  'aggregate-flow-metadata',
  'aggregate-worker-metadata',
  'demo-flows',
])

async function readView(_context: Context, { params: { view = '' } }: Request): Promise<Reply> {
  if (!known.has(view)) throw notFound(`View ${view} not found in registry`)
  if (view !== 'aggregate-worker-metadata') throw notFound(`Requested content missing for view ${view}`)
  return ok((await import('./worker-metadata.json', { with: { type: 'json' } })).default)
}

export const routes = [
  route({ method: 'GET', path: '/collections/views/{view}', name: 'read_view_content', access: 'read', handle: readView }),
]
