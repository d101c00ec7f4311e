import { describe, expect, test } from 'vitest'
import { checkApiVersion } from '../../../src/http/api-version.ts'
import { Authentication } from '../../../src/http/auth.ts'
import { asJson } from '../../../src/http/body.ts'

const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`

describe('the Authorization header', () => {
  const authentication = new Authentication('admin:sécret')

  test.each([
    [basic('admin:sécret'), true],
    [`  Basic \t ${Buffer.from('admin:sécret').toString('base64')}  `, true],
    [basic('admin:secret'), false],
    [basic('admin:sécre'), false],
    [basic('admin:sécretx'), false],
    [`${basic('admin:sécret')} x`, false],
    [basic('admin:sécret').replace('Basic', 'basic'), false],
    ['Basic', false],
    ['Basic ????', false],
    ['admin:sécret', false],
    ['', false],
  ])('%s: %s', (header, accepted) => {
    expect(authentication.acceptsHeader(header)).toBe(accepted)
  })

  test('anything goes when no authentication is set', () => {
    const none = new Authentication(undefined)
    expect(none.required).toBe(false)
    expect(none.acceptsHeader('')).toBe(true)
    expect(none.acceptsToken(undefined)).toBe(true)
  })

  test.each([
    ['admin:sécret', true],
    ['admin:secret', false],
    ['', false],
    [5, false],
    [null, false],
  ])('the token %s: %s', (token, accepted) => {
    expect(authentication.required).toBe(true)
    expect(authentication.acceptsToken(token)).toBe(accepted)
  })
})

describe('X-PREFECT-API-VERSION', () => {
  test.each(['', '0.8.0', '0.8.4', '0.10.0', '1.0.0', '+1.2.3', '1_0.0.0', ' 1 . 2 . 3 '])('%j passes', (version) => {
    expect(checkApiVersion(version)).toBeUndefined()
  })

  test.each([
    ['0.7.9', 'The request specified API version 0.7.9 but this server requires version 0.8.0 or higher.'],
    ['-1.2.3', 'The request specified API version -1.2.3 but this server requires version 0.8.0 or higher.'],
    ['0.8.-1', 'The request specified API version 0.8.-1 but this server requires version 0.8.0 or higher.'],
    ['0.8', "Invalid X-PREFECT-API-VERSION header format.Expected header in format 'x.y.z' but received 0.8"],
    ['1.2.3.4', "Invalid X-PREFECT-API-VERSION header format.Expected header in format 'x.y.z' but received 1.2.3.4"],
    ['0.8.x', "Invalid X-PREFECT-API-VERSION header format.Expected header in format 'x.y.z' but received 0.8.x"],
    ['0x1.0.0', "Invalid X-PREFECT-API-VERSION header format.Expected header in format 'x.y.z' but received 0x1.0.0"],
    ['1__0.0.0', "Invalid X-PREFECT-API-VERSION header format.Expected header in format 'x.y.z' but received 1__0.0.0"],
  ])('%j is refused', (version, detail) => {
    const reply = checkApiVersion(version)
    expect(reply?.status).toBe(400)
    expect(JSON.parse(Buffer.from(reply?.body ?? []).toString())).toEqual({ detail })
  })
})

describe('the content type of a body', () => {
  const body = Buffer.from('{"name":"é"}')

  test.each(['', 'application/json', 'Application/JSON; charset=utf-8', ' application/vnd.x+json', 'application/json ;x'])(
    '%j is JSON',
    (type) => {
      expect(asJson(body, type)).toBe(body)
    },
  )

  test.each([
    'text/plain',
    'json',
    'text/json',
    'application/jsonx',
    'application/x-www-form-urlencoded',
    'application/octet-stream; a=+json',
  ])('%j is a text', (type) => {
    expect(JSON.parse(Buffer.from(asJson(body, type)).toString())).toBe('{"name":"é"}')
  })

  test('an empty body stays empty', () => {
    expect(asJson(new Uint8Array(0), 'text/plain')).toHaveLength(0)
  })
})
