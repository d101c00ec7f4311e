import { describe, expect, test } from 'vitest'
import { decodePath, otherSlash, redirectLocation } from '../../../src/http/location.ts'

test.each([
  ['/a/b', '/a/b'],
  ['/a%20b', '/a b'],
  ['/a%2Fb', '/a/b'],
  ['/%C3%A9%c3%a9', '/éé'],
  ['/a%zz%', '/a%zz%'],
  ['/%ff', '/\ufffd'],
  ['/%E2%82', '/\ufffd'],
  ['/%00', '/\0'],
  ['/+', '/+'],
  ['/%2541', '/%41'],
])('%s decodes to %j', (raw, decoded) => {
  expect(decodePath(raw)).toBe(decoded)
})

test.each([
  ['/api/flows', '/api/flows/'],
  ['/api/flows/filter/', '/api/flows/filter'],
  ['/api/flows/filter///', '/api/flows/filter'],
])('beside %s there is %s', (path, other) => {
  expect(otherSlash(path)).toBe(other)
})

describe('the Location of a redirect (as the reference wrote it)', () => {
  const redirect = { scheme: 'http', host: 'localhost:4420', fallbackHost: '127.0.0.1:4420', path: '/api/flows/', query: '' } as const

  test.each([
    [{}, 'http://localhost:4420/api/flows/'],
    [{ query: 'x=1&y=%20' }, 'http://localhost:4420/api/flows/?x=1&y=%20'],
    [{ scheme: 'https', host: 'ex.com' }, 'https://ex.com/api/flows/'],
    [{ host: '[::1]:4200' }, 'http://[::1]:4200/api/flows/'],
    [{ host: 'a/b?' }, 'http://127.0.0.1:4420/api/flows/'],
    [{ host: '' }, 'http://127.0.0.1:4420/api/flows/'],
    [{ path: '/api/work_pools/é' }, 'http://localhost:4420/api/work_pools/%C3%A9'],
    [{ path: '/api/work_pools/a\'(")' }, "http://localhost:4420/api/work_pools/a'(%22)"],
    [{ path: '/api/work_pools/a%zz[]' }, 'http://localhost:4420/api/work_pools/a%zz[]'],
    [{ path: '/api/work_pools/a\r\nSet-Cookie: x' }, 'http://localhost:4420/api/work_pools/a%0D%0ASet-Cookie:%20x'],
    [{ path: '/api/work_pools/😀' }, 'http://localhost:4420/api/work_pools/%F0%9F%98%80'],
  ] as const)('%j', (change, location) => {
    expect(redirectLocation({ ...redirect, ...change })).toBe(location)
  })
})
