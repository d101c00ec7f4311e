import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Router } from '../../../src/http/router.ts'

// An excerpt of the reference's table, in its order.
const table = [
  ['GET', '/health'],
  ['POST', '/flows/'],
  ['PATCH', '/flows/{id:uuid}'],
  ['GET', '/flows/{id:uuid}'],
  ['DELETE', '/flows/{id:uuid}'],
  ['POST', '/flows/count'],
  ['GET', '/flows/name/{name}'],
  ['POST', '/flows/filter'],
  ['POST', '/flow_runs/{id:uuid}/input/filter'],
  ['GET', '/flow_runs/{id:uuid}/input/{key}'],
  ['DELETE', '/flow_runs/{id:uuid}/input/{key}'],
  ['POST', '/work_pools/'],
  ['GET', '/work_pools/{name}'],
  ['PATCH', '/work_pools/{name}'],
  ['POST', '/work_pools/filter'],
  ['GET', '/work_pools/{work_pool_name}/queues/{name}'],
  ['POST', '/work_pools/{work_pool_name}/queues/filter'],
  ['DELETE', '/deployments/{id:uuid}/schedules/{schedule_id:uuid}'],
  ['GET', '/automations/related-to/{resource_id:str}'],
] as const

const router = new Router(table.map(([method, path]) => ({ methods: [method], path, target: `${method} ${path}` })))
const id = '8f3c2a10-0000-4000-8000-0123456789ab'

describe('what has method and path', () => {
  test.each([
    ['GET', '/health', 'GET /health', []],
    ['POST', '/flows/', 'POST /flows/', []],
    ['GET', `/flows/${id}`, 'GET /flows/{id:uuid}', [id]],
    ['GET', `/flows/${id.toUpperCase()}`, 'GET /flows/{id:uuid}', [id]],
    ['GET', `/flows/${id.replaceAll('-', '')}`, 'GET /flows/{id:uuid}', [id]],
    ['GET', '/flows/8f3c2a100000-4000-80000123456789AB', 'GET /flows/{id:uuid}', [id]],
    ['GET', '/flows/name/a b', 'GET /flows/name/{name}', ['a b']],
    ['POST', `/flow_runs/${id}/input/filter`, 'POST /flow_runs/{id:uuid}/input/filter', [id]],
    ['GET', `/flow_runs/${id}/input/filter`, 'GET /flow_runs/{id:uuid}/input/{key}', [id, 'filter']],
    ['GET', '/work_pools/filter', 'GET /work_pools/{name}', ['filter']],
    ['POST', '/work_pools/filter', 'POST /work_pools/filter', []],
    ['GET', '/work_pools/a/queues/b', 'GET /work_pools/{work_pool_name}/queues/{name}', ['a', 'b']],
    ['DELETE', `/deployments/${id}/schedules/${id}`, 'DELETE /deployments/{id:uuid}/schedules/{schedule_id:uuid}', [id, id]],
    ['GET', '/automations/related-to/prefect.flow.1', 'GET /automations/related-to/{resource_id:str}', ['prefect.flow.1']],
  ])('%s %s', (method, path, target, params) => {
    expect(router.find(method, path)).toEqual({ target, params })
  })
})

describe('what has the path only allows the methods of the first such route', () => {
  test.each([
    ['HEAD', '/health', 'GET'],
    ['PUT', `/flows/${id}`, 'PATCH'],
    ['GET', '/flows/filter', 'POST'],
    ['PUT', '/work_pools/filter', 'GET'],
    ['get', '/health', 'GET'],
  ])('%s %s: %s', (method, path, allow) => {
    expect(router.find(method, path)).toEqual({ allow })
  })
})

describe('what has no such path', () => {
  test.each([
    '/flows',
    '/flows//',
    '/health/',
    '//health',
    '/Health',
    '/flows/not-a-uuid',
    `/flows/${id}0`,
    `/flows/${id.replace('8', 'g')}`,
    '/flows/name/',
    '/flows/name/a/b',
    '/',
    '',
  ])('%s', (path) => {
    expect(router.find('GET', path)).toBeUndefined()
  })
})

test('a path parameter takes all the rest, and all methods of an entry are allowed', () => {
  const files = new Router([{ methods: ['GET', 'HEAD'], path: '/static/{path:path}', target: 'static' }])
  expect(files.find('HEAD', '/static/a/b.png')).toEqual({ target: 'static', params: ['a/b.png'] })
  expect(files.find('GET', '/static/')).toEqual({ target: 'static', params: [''] })
  expect(files.find('GET', '/static')).toBeUndefined()
  expect(files.find('POST', '/static/a')).toEqual({ allow: 'GET, HEAD' })
})

test('a parameter of an unknown kind is refused when the router is made', () => {
  expect(() => new Router([{ methods: ['GET'], path: '/{id:int}', target: 1 }])).toThrow(RangeError)
})

/** The reference's way: every route's pattern in turn. */
function findByTrying(routes: readonly (readonly [string, string])[], method: string, path: string): string {
  const patterns: Record<string, string> = {
    uuid: '[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}',
    str: '[^/]+',
  }
  const matching = routes.filter(([, pattern]) => {
    const source = pattern.replace(/\{\w+(?::(\w+))?\}/g, (_, kind: string | undefined) => patterns[kind ?? 'str'] ?? '')
    return new RegExp(`^${source}$`).test(path)
  })
  const [first] = matching
  const full = matching.find(([routeMethod]) => routeMethod === method)
  if (full !== undefined) return full.join(' ')
  return first === undefined ? 'not found' : `allow ${first[0]}`
}

test('any table and any path: the same as trying one route after the other', () => {
  const patternSegment = fc.constantFrom('a', 'b', '', '{x}', '{x:uuid}', id)
  const pathSegment = fc.constantFrom('a', 'b', '', 'c', id, id.toUpperCase())
  const method = fc.constantFrom('GET', 'POST')
  const route = fc.tuple(
    method,
    fc.array(patternSegment, { minLength: 1, maxLength: 3 }).map((segments) => `/${segments.join('/')}`),
  )
  fc.assert(
    fc.property(
      fc.array(route, { maxLength: 8 }),
      method,
      fc.array(pathSegment, { minLength: 1, maxLength: 3 }),
      (routes, asked, segments) => {
        const path = `/${segments.join('/')}`
        const found = new Router(routes.map((entry) => ({ methods: [entry[0]], path: entry[1], target: entry.join(' ') }))).find(
          asked,
          path,
        )
        const text = found === undefined ? 'not found' : 'allow' in found ? `allow ${found.allow}` : found.target
        expect(text).toBe(findByTrying(routes, asked, path))
      },
    ),
    { numRuns: 500 },
  )
})
