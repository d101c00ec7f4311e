/** The document that we serve tells of the operations that we have, no more and no less. */
import { describe, expect, test } from 'vitest'
import document from '../../../src/http/docs/openapi.json' with { type: 'json' }
import { documentationPages, serverDocumentation } from '../../../src/http/docs/pages.ts'
import { operations } from '../../../src/resources/index.ts'

/** Answered by the main thread, or by a websocket. */
const elsewhere = new Set(['GET /health', 'GET /version', 'GET /hello', 'GET /ready', 'GET /admin/settings', 'GET /admin/version'])

interface Documented {
  key: string
  operationId: string
}

const documented: Documented[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId }]) => ({ key: `${method.toUpperCase()} ${path}`, operationId })),
)
const withoutConverter = (path: string): string => path.replaceAll(/\{(\w+):\w+\}/g, '{$1}')
const ours = operations
  .filter(({ method }) => method !== 'CALL')
  .map(({ method, path, name }) => ({ key: `${method} ${withoutConverter(path)}`, name }))

describe('the OpenAPI document', () => {
  test('every documented operation is served', () => {
    const served = new Set([...elsewhere, ...ours.map(({ key }) => key)])
    expect(documented.map(({ key }) => key).filter((key) => !served.has(key))).toEqual([])
  })

  test('every served operation of the API is documented, under its name', () => {
    const ids = new Map(documented.map(({ key, operationId }) => [key, operationId]))
    const wrong = ours.filter(({ key, name }) => ids.get(key)?.startsWith(name) === false)
    expect(wrong).toEqual([])
    expect(ours.filter(({ key }) => !ids.has(key)).map(({ key }) => key)).toEqual([])
  })
})

test('the pages name the document', async () => {
  const pages = documentationPages(serverDocumentation('1.2.3'))
  for (const path of ['/docs', '/redoc']) expect(Buffer.from((await pages.get(path)?.())?.body ?? '').toString()).toContain('/openapi.json')
  expect(JSON.parse(Buffer.from((await pages.get('/openapi.json')?.())?.body ?? '').toString()).info.version).toBe('1.2.3')
})
