/** The documentation of the API: the OpenAPI document, and two pages that show it. */
import type { DispatchReply } from '../../actors/dispatcher.ts'

/** Where the viewers come from, as in the reference: the pages need a browser with access to the internet. */
const viewers = 'https://cdn.jsdelivr.net/npm'

const logo = { url: 'static/prefect-logo-mark-gradient.png' }

/**
 * The document's two appearances: the server's own, and the API's.
 * `title` is shown by the pages; `at` is the document's path.
 */
export interface Documentation {
  title: string
  at: string
  info: Info
}

/** What a document says of itself. */
export interface Info {
  title: string
  version: string
  [more: string]: unknown
}

/** Makes the document; asked once, when somebody wants it. */
export type MakeDocument = (info: Info) => Promise<unknown>

/** Below the root: the document says which Prefect it is. */
export const serverDocumentation = (version: string): Documentation => ({
  title: 'Prefect Server',
  at: '/openapi.json',
  info: { title: 'Prefect REST API', version, 'x-logo': logo },
})

/** Below the API's base path: FastAPI's default version. */
export const apiDocumentation = (basePath: string): Documentation => ({
  title: 'Prefect REST API',
  at: `${basePath}/openapi.json`,
  info: { title: 'Prefect REST API', version: '0.1.0' },
})

/** The pages and the document of one appearance, by their last path segment. */
export function documentationPages(documentation: Documentation, make: MakeDocument): ReadonlyMap<string, () => Promise<DispatchReply>> {
  const { title, at, info } = documentation
  let made: Promise<DispatchReply> | undefined
  const document = (): Promise<DispatchReply> => {
    made ??= make(info).then(json)
    return made
  }
  return new Map([
    ['/docs', async () => html(swaggerPage(title, at))],
    ['/redoc', async () => html(redocPage(title, at))],
    ['/openapi.json', document],
  ])
}

function json(value: unknown): DispatchReply {
  return { status: 200, headers: [['content-type', 'application/json']], body: Buffer.from(JSON.stringify(value)) }
}

function html(text: string): DispatchReply {
  return { status: 200, headers: [['content-type', 'text/html; charset=utf-8']], body: Buffer.from(text) }
}

function swaggerPage(title: string, at: string): string {
  return `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - Swagger UI</title>
<link rel="stylesheet" href="${viewers}/swagger-ui-dist@5/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="${viewers}/swagger-ui-dist@5/swagger-ui-bundle.js"></script>
<script>SwaggerUIBundle({ url: ${JSON.stringify(at)}, dom_id: '#swagger-ui', deepLinking: true })</script>
</body>
</html>
`
}

function redocPage(title: string, at: string): string {
  return `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - ReDoc</title>
</head>
<body>
<redoc spec-url="${at}"></redoc>
<script src="${viewers}/redoc@2/bundles/redoc.standalone.js"></script>
</body>
</html>
`
}
