/** Where the documentation is served: at the root, as the server's, and below the API's base path. */
import { join } from 'node:path'
import type { Settings } from '../config/settings.ts'
import { apiDocumentation, documentationPages, serverDocumentation } from '../http/docs/pages.ts'
import type { MainRoute, ServerOptions } from '../http/options.ts'
import { Bundle } from '../http/ui/bundle.ts'
import { send } from '../http/ui/pages.ts'
import { openApi } from '../openapi/document.ts'
import { installedFolders } from './ui/locate.ts'
import { referenceVersion } from './version.ts'

/** `/docs`, `/redoc` and `/openapi.json` outside the API; `otherwise` answers the rest. */
export function withDocumentation(otherwise: NonNullable<ServerOptions['fallback']>): NonNullable<ServerOptions['fallback']> {
  const pages = documentationPages(serverDocumentation(referenceVersion), openApi)
  return (request) => {
    const page = request.method === 'GET' || request.method === 'HEAD' ? pages.get(request.path) : undefined
    return page === undefined ? otherwise(request) : page()
  }
}

/** The same below the API, and the files that they refer to: those that came with the web UI. */
export function documentationRoutes(settings: Settings): MainRoute[] {
  const methods = ['GET', 'HEAD']
  const base = settings.get('PREFECT_SERVER_API_BASE_PATH') ?? '/api'
  const pages = documentationPages(apiDocumentation(base), async (info) => ({ ...(await openApi(info)), servers: [{ url: base }] }))
  const files = installedFolders(settings).map((folder) => new Bundle(join(folder, 'static'), '/'))
  return [
    ...[...pages].map(([path, handle]): MainRoute => ({ methods, path, handle })),
    {
      methods,
      path: '/static/{name}',
      handle(request) {
        const file = files.map((folder) => folder.file(`/${request.params[0] ?? ''}`)).find((found) => found !== undefined)
        return file === undefined ? notFound : send(file, request)
      },
    },
  ]
}

const notFound = { status: 404, headers: [['content-type', 'application/json'] as const], body: Buffer.from('{"detail":"Not Found"}') }
