import { describe, expect, test } from 'vitest'
import { Cors } from '../../../src/http/cors.ts'

const open = new Cors({ allowedOrigins: '*', allowedMethods: '*', allowedHeaders: '*' })
const strict = new Cors({
  allowedOrigins: 'http://a.example,http://b.example',
  allowedMethods: 'GET,POST',
  allowedHeaders: 'X-One,content-type',
})
const strictHeaders = {
  vary: 'Origin',
  'access-control-allow-methods': 'GET, POST',
  'access-control-max-age': '600',
  'access-control-allow-headers': 'Accept, Accept-Language, Content-Language, Content-Type, X-One, content-type',
  'content-type': 'text/plain; charset=utf-8',
}
const known = { 'access-control-allow-origin': 'http://a.example' }

function ask(cors: Cors, origin: string, method: string, headers?: string, privateNetwork = false) {
  const reply = cors.answerPreflight({ origin, method, headers, privateNetwork })
  return { status: reply.status, headers: Object.fromEntries(reply.headers), text: Buffer.from(reply.body).toString() }
}

describe('preflights (as the reference answered them)', () => {
  test.each([
    ['http://a.example', 'GET', undefined, 'OK', known],
    ['http://a.example', 'GET', 'x-one', 'OK', known],
    ['http://a.example', 'GET', 'X-One, content-type', 'OK', known],
    ['http://a.example', 'GET', 'x-two', 'Disallowed CORS headers', known],
    ['http://a.example', 'GET', 'accept,,', 'Disallowed CORS headers', known],
    ['http://a.example', 'DELETE', undefined, 'Disallowed CORS method', known],
    ['http://a.example', 'DELETE', 'x-two', 'Disallowed CORS method, headers', known],
    ['http://c.example', 'GET', 'x-one', 'Disallowed CORS origin', {}],
    ['http://c.example', 'DELETE', 'x-two', 'Disallowed CORS origin, method, headers', {}],
  ])('strict settings, %s %s %s: %s', (origin, method, headers, text, more) => {
    expect(ask(strict, origin, method, headers)).toEqual({
      status: text === 'OK' ? 200 : 400,
      headers: { ...strictHeaders, ...more },
      text,
    })
  })

  test('a private network is never allowed', () => {
    expect(ask(open, 'http://x', 'GET', undefined, true)).toMatchObject({ status: 400, text: 'Disallowed CORS private-network' })
  })

  test('open settings allow any origin and mirror the headers', () => {
    expect(ask(open, 'http://x', 'PATCH', 'x-a,b')).toEqual({
      status: 200,
      headers: {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT',
        'access-control-max-age': '600',
        'access-control-allow-headers': 'x-a,b',
        'content-type': 'text/plain; charset=utf-8',
      },
      text: 'OK',
    })
    expect(ask(open, 'http://x', 'GET').headers).not.toHaveProperty('access-control-allow-headers')
    expect(ask(open, 'http://x', 'TRACE')).toMatchObject({ status: 400, text: 'Disallowed CORS method' })
  })
})

test('other replies carry the origin that may read them', () => {
  expect(open.headersFor('http://x')).toEqual([['access-control-allow-origin', '*']])
  expect(strict.headersFor('http://b.example')).toEqual([
    ['access-control-allow-origin', 'http://b.example'],
    ['vary', 'Origin'],
  ])
  expect(strict.headersFor('http://c.example')).toEqual([])
  expect(strict.headersFor(' http://b.example')).toEqual([])
})
