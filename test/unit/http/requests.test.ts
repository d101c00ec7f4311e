/** Requests over real sockets: what is answered here, what is dispatched, and how it looks on the wire. */
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { jsonReply } from '../../../src/http/errors.ts'
import { ask, Client, request, startFrontEnd } from './harness.ts'

const id = '8f3c2a10-0000-4000-8000-0123456789ab'

describe('dispatching', () => {
  test('hands over operation, parameters, query, headers and body, and sends back what comes', async () => {
    const { server, dispatcher } = await startFrontEnd()
    dispatcher.answer = () => ({
      status: 201,
      headers: [
        ['x-one', '1'],
        ['content-length', '999'],
      ],
      body: Buffer.from('made'),
    })
    const headers = { 'User-Agent': 'prefect/3.8.8 (API 0.8.4)', 'Prefect-Csrf-Token': 't', 'X-Other': 'o', Accept: '*/*' }
    const reply = await ask(server.port, 'POST', '/api/flows/?a=%20&b', headers, '{"name":"é"}')
    expect(reply).toMatchObject({ status: 201, headers: { 'x-one': '1', 'content-length': '4' } })
    expect(reply.body.toString()).toBe('made')
    const [submitted] = dispatcher.submitted
    expect(submitted?.request).toMatchObject({
      operation: 0,
      params: [],
      query: 'a=%20&b',
      headers: { 'user-agent': 'prefect/3.8.8 (API 0.8.4)', 'prefect-csrf-token': 't' },
    })
    expect(submitted?.request.headers['base-url']).toMatch(/^http:\/\//)
    expect(submitted?.request.headers['x-request-id']).toMatch(/^[0-9a-f]{12}-[0-9a-z]+$/)
    expect(Object.keys(submitted?.request.headers ?? {})).toHaveLength(4)
    expect(Buffer.from(submitted?.request.body ?? []).toString()).toBe('{"name":"é"}')
    expect(submitted?.cancelled).toBe(false)
  })

  test.each([
    ['trace-1/2:a+b=', 'trace-1/2:a+b='],
    ['forged\u00a0line', expect.stringMatching(/^[0-9a-f]{12}-/)],
    ['x'.repeat(129), expect.stringMatching(/^[0-9a-f]{12}-/)],
  ])('a request id that is fit for a log is kept: %j', async (given, id) => {
    const { server, dispatcher } = await startFrontEnd()
    dispatcher.answer = () => ({ status: 500, headers: [], body: Buffer.from('{}') })
    const reply = await ask(server.port, 'GET', '/api/flows/0b6ba3fe-0c6b-4a0a-8f1c-111111111111', { 'X-Request-Id': given })
    expect(dispatcher.submitted[0]?.request.headers['x-request-id']).toEqual(id)
    // What is the server's fault names the request, so that its lines in the log are found.
    expect(reply.headers['x-request-id']).toEqual(id)
  })

  test('parameters arrive decoded, ids in canonical form', async () => {
    const { server, dispatcher } = await startFrontEnd()
    dispatcher.answer = () => jsonReply(200, null)
    await ask(server.port, 'GET', `/api/flows/${id.replaceAll('-', '').toUpperCase()}`)
    await ask(server.port, 'DELETE', '/api/work_pools/a%20%C3%A9%zz')
    expect(dispatcher.submitted.map(({ request: { operation, params } }) => [operation, ...params])).toEqual([
      [1, id],
      [4, 'a é%zz'],
    ])
  })

  test('a body that is not JSON by its type goes on as a text', async () => {
    const { server, dispatcher } = await startFrontEnd()
    dispatcher.answer = () => jsonReply(200, null)
    await ask(server.port, 'POST', '/api/flows/', { 'Content-Type': 'text/plain' }, '{"a":1}')
    expect(Buffer.from(dispatcher.submitted[0]?.request.body ?? []).toString()).toBe('"{\\"a\\":1}"')
  })

  test('what only actors may call is no route, whatever the method', async () => {
    const { server, dispatcher } = await startFrontEnd()
    for (const method of ['CALL', 'GET', 'POST']) expect((await ask(server.port, method, '/api/internal')).status).toBe(404)
    expect(dispatcher.submitted).toEqual([])
  })

  test('a reply cannot smuggle in headers', async () => {
    const { server, dispatcher } = await startFrontEnd()
    dispatcher.answer = () => ({ status: 200, headers: [['x-name', 'a\r\nset-cookie: b']], body: Buffer.from('ok') })
    const reply = await ask(server.port, 'GET', `/api/flows/${id}`)
    expect(reply.headers).toMatchObject({ 'x-name': 'a set-cookie: b' })
    expect(reply.headers).not.toHaveProperty('set-cookie')
  })

  test('204 has no length and the connection goes on', async () => {
    const { server, dispatcher } = await startFrontEnd()
    dispatcher.answer = () => ({ status: 204, headers: [], body: new Uint8Array(0) })
    const client = await Client.connect(server.port)
    client.send(request('DELETE', '/api/work_pools/a'))
    const reply = await client.reply()
    expect(reply.status).toBe(204)
    expect(reply.headers).not.toHaveProperty('content-length')
    client.send(request('GET', '/api/health'))
    expect((await client.reply()).status).toBe(200)
  })
})

describe('answered by the front end', () => {
  test.each([
    ['GET', '/api/health', 200, true, {}],
    ['POST', '/api/health', 405, { detail: 'Method Not Allowed' }, { allow: 'GET' }],
    ['OPTIONS', '/api/health', 405, { detail: 'Method Not Allowed' }, { allow: 'GET' }],
    ['FOO', '/api/flows/', 405, { detail: 'Method Not Allowed' }, { allow: 'POST' }],
    ['GET', '/api/nope', 404, { detail: 'Not Found' }, {}],
    ['GET', '/api/flows/not-a-uuid', 404, { detail: 'Not Found' }, {}],
    ['GET', '/api/', 404, { detail: 'Not Found' }, {}],
    ['GET', '/api', 404, { detail: 'Not Found' }, {}],
    ['GET', '/apihealth', 404, { detail: 'Not Found' }, {}],
    ['GET', '/API/health', 404, { detail: 'Not Found' }, {}],
    ['GET', '//api/health', 404, { detail: 'Not Found' }, {}],
    ['GET', '/api/broken', 500, { exception_message: 'Internal Server Error' }, {}],
    ['POST', '/api/flows?x=1', 307, undefined, { location: 'http://localhost:4200/api/flows/?x=1', 'content-length': '0' }],
    ['GET', '/api/flows/filter//', 307, undefined, { location: 'http://localhost:4200/api/flows/filter' }],
    ['GET', '/api/health/', 307, undefined, { location: 'http://localhost:4200/api/health' }],
    ['GET', '/api/flows//', 404, { detail: 'Not Found' }, {}],
  ])('%s %s: %i', async (method, path, status, json, headers) => {
    const { server, dispatcher } = await startFrontEnd()
    const reply = await ask(server.port, method, path)
    expect({ status: reply.status, json: reply.json }).toEqual({ status, json })
    expect(reply.headers).toMatchObject(headers)
    expect(dispatcher.submitted).toEqual([])
  })

  test('a redirect knows of a trusted proxy in front', async () => {
    const proto = { 'X-Forwarded-Proto': 'https' }
    const trusting = await startFrontEnd()
    expect((await ask(trusting.server.port, 'GET', '/api/health/', proto)).headers['location']).toBe('https://localhost:4200/api/health')
    const wary = await startFrontEnd({ trustedProxies: ['10.0.0.1'] })
    expect((await ask(wary.server.port, 'GET', '/api/health/', proto)).headers['location']).toBe('http://localhost:4200/api/health')
  })

  test('HEAD has the length of the body and no body; the next request on the connection is answered', async () => {
    const { server } = await startFrontEnd()
    const client = await Client.connect(server.port)
    client.send(request('HEAD', '/api/health'))
    expect(await client.reply({ bodiless: true })).toMatchObject({ status: 405, headers: { allow: 'GET', 'content-length': '31' } })
    client.send(request('HEAD', '/api/docs'))
    const head = await client.reply({ bodiless: true })
    client.send(request('GET', '/api/docs'))
    const get = await client.reply()
    expect(head.headers['content-length']).not.toBe('0')
    // The path and the method are in the body, and HEAD is one character longer.
    expect(Number(head.headers['content-length'])).toBe(get.body.length + 1)
  })

  test('a main route sees path, query, headers and parameters', async () => {
    const { server } = await startFrontEnd()
    const { json } = await ask(server.port, 'GET', '/api/docs?x=%20', { 'X-Two': 'b' })
    expect(json).toEqual({
      method: 'GET',
      path: '/api/docs',
      query: 'x=%20',
      headers: { host: 'localhost:4200', 'x-two': 'b' },
      params: [],
    })
  })

  test('the API version is checked for routes of the API, and not for health or what is not there', async () => {
    const { server, dispatcher } = await startFrontEnd()
    const old = { 'X-PREFECT-API-VERSION': '0.7.9' }
    for (const [method, path] of [
      ['POST', '/api/flows/'],
      ['GET', '/api/hello'],
    ] as const) {
      expect(await ask(server.port, method, path, old)).toMatchObject({
        status: 400,
        json: { detail: 'The request specified API version 0.7.9 but this server requires version 0.8.0 or higher.' },
      })
    }
    expect((await ask(server.port, 'GET', '/api/health', old)).status).toBe(200)
    expect((await ask(server.port, 'GET', '/api/nope', old)).status).toBe(404)
    expect(dispatcher.submitted).toEqual([])
  })

  test('every request is counted once', async () => {
    const { server, dispatcher, counted } = await startFrontEnd()
    dispatcher.answer = () => jsonReply(201, null)
    await ask(server.port, 'POST', '/api/flows/', {}, '{}')
    await ask(server.port, 'GET', '/api/nope')
    expect(counted.map(({ operation, status }) => [operation, status])).toEqual([
      [0, 201],
      [undefined, 404],
    ])
    for (const { microseconds } of counted) expect(microseconds).toBeGreaterThan(0)
  })
})

describe('authentication', () => {
  const right = { Authorization: `Basic ${Buffer.from('admin:secret').toString('base64')}` }

  test('everything below the API needs it, but for asking after its health', async () => {
    const { server, dispatcher } = await startFrontEnd({ authString: 'admin:secret', apiBasePath: '/prefect/api/' })
    dispatcher.answer = () => jsonReply(200, null)
    const refused = { status: 401, json: { exception_message: 'Unauthorized' } }
    for (const [method, path] of [
      ['GET', '/prefect/api/hello'],
      ['POST', '/prefect/api/health'],
      ['GET', '/prefect/api/health/'],
      ['GET', '/prefect/api/nope'],
      ['POST', '/prefect/api/flows/'],
      ['OPTIONS', '/prefect/api/flows/'],
    ] as const) {
      expect(await ask(server.port, method, path)).toMatchObject(refused)
    }
    expect(dispatcher.submitted).toEqual([])
    expect((await ask(server.port, 'GET', '/prefect/api/health')).status).toBe(200)
    // Free, though this table has no such route.
    expect((await ask(server.port, 'GET', '/prefect/api/ready')).status).toBe(404)
    expect((await ask(server.port, 'GET', '/elsewhere')).status).toBe(404)
    expect((await ask(server.port, 'POST', '/prefect/api/flows/', right)).status).toBe(200)
    expect(await ask(server.port, 'GET', '/prefect/api/hello', { Authorization: 'Basic YWRtaW46c2VjcmV4' })).toMatchObject(refused)
  })

  test('a refused body is skipped and the connection goes on', async () => {
    const { server, dispatcher } = await startFrontEnd({ authString: 'admin:secret' })
    const client = await Client.connect(server.port)
    client.send(request('POST', '/api/flows/', {}, 'x'.repeat(200_000)))
    expect((await client.reply()).status).toBe(401)
    client.send(request('GET', '/api/hello', right))
    expect((await client.reply()).status).toBe(200)
    expect(dispatcher.submitted).toEqual([])
  })
})

describe('other origins', () => {
  const origin = { Origin: 'http://a.example' }
  const cors = { allowedOrigins: 'http://a.example', allowedMethods: 'GET', allowedHeaders: '*' }

  test('a preflight is answered anywhere, before authentication, with each header once', async () => {
    const { server } = await startFrontEnd({ authString: 'x', cors })
    for (const path of ['/api/flows/', '/elsewhere']) {
      const client = await Client.connect(server.port)
      client.send(request('OPTIONS', path, { ...origin, 'Access-Control-Request-Method': 'GET', Connection: 'close' }))
      const text = await client.rest()
      expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n/)
      expect(text.match(/access-control-allow-origin: http:\/\/a.example\r\n/g)).toHaveLength(1)
      expect(text.match(/vary: Origin\r\n/g)).toHaveLength(1)
      expect(text).toMatch(/\r\n\r\nOK$/)
    }
  })

  test('every other reply says who may read it', async () => {
    const { server } = await startFrontEnd({ cors })
    for (const path of ['/api/health', '/api/nope', '/elsewhere', '/api/broken']) {
      expect((await ask(server.port, 'GET', path, origin)).headers).toMatchObject({
        'access-control-allow-origin': 'http://a.example',
        vary: 'Origin',
      })
      expect((await ask(server.port, 'GET', path)).headers).not.toHaveProperty('vary')
      expect((await ask(server.port, 'GET', path, { Origin: 'http://b' })).headers).not.toHaveProperty('access-control-allow-origin')
    }
  })
})

describe('compression', () => {
  const big = jsonReply(200, { text: 'abc'.repeat(20_000) })
  const path = `/api/flows/${id}`
  const gzip = { 'Accept-Encoding': 'br, gzip' }

  test.each([
    ['on the main thread', jsonReply(200, { text: 'abc'.repeat(3000) })],
    ['on the thread pool', big],
  ])('large replies are compressed for those who can read it, %s', async (_, whole) => {
    const { server, dispatcher } = await startFrontEnd()
    dispatcher.answer = () => whole
    const reply = await ask(server.port, 'GET', path, gzip)
    expect(reply.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding', 'content-type': 'application/json' })
    expect(reply.body.length).toBeLessThan(1000)
    expect(gunzipSync(reply.body)).toEqual(Buffer.from(whole.body))
  })

  test('not for others, though the reply depends on it', async () => {
    const { server, dispatcher } = await startFrontEnd()
    dispatcher.answer = () => big
    const reply = await ask(server.port, 'GET', path, { 'Accept-Encoding': 'br', Origin: 'http://a' })
    expect(reply.headers).toMatchObject({ vary: 'Accept-Encoding' })
    expect(reply.headers).not.toHaveProperty('content-encoding')
    expect(reply.body.length).toBe(big.body.length)
  })

  test.each([
    ['small ones', jsonReply(200, 'x')],
    ['what is compressed already', { ...big, headers: [['content-encoding', 'br']] as const }],
    ['streams of events', { ...big, headers: [['content-type', 'text/event-stream; charset=utf-8']] as const }],
  ])('%s stay as they are', async (_, whole) => {
    const { server, dispatcher } = await startFrontEnd()
    dispatcher.answer = () => whole
    const reply = await ask(server.port, 'GET', path, gzip)
    expect(reply.headers).not.toHaveProperty('vary')
    expect(reply.headers['content-encoding']).not.toBe('gzip')
    expect(reply.body).toEqual(Buffer.from(whole.body))
  })

  test('the limit is an option', async () => {
    const { server, dispatcher } = await startFrontEnd({ limits: { gzipBytes: 100_000 } })
    dispatcher.answer = () => big
    expect((await ask(server.port, 'GET', path, gzip)).headers).not.toHaveProperty('content-encoding')
  })
})

describe('what is not below the API', () => {
  test('is the fallback’s, and 404 where it has nothing', async () => {
    const { server } = await startFrontEnd({
      authString: 'x',
      fallback: async (asked) => {
        if (asked.path === '/fault') throw new Error('on purpose')
        return asked.path === '/nothing' ? undefined : jsonReply(200, asked.path)
      },
    })
    expect(await ask(server.port, 'GET', '/runs/a%20b?x')).toMatchObject({ status: 200, json: '/runs/a b' })
    expect(await ask(server.port, 'GET', '/api')).toMatchObject({ status: 200, json: '/api' })
    expect(await ask(server.port, 'GET', '/nothing')).toMatchObject({ status: 404, json: { detail: 'Not Found' } })
    expect(await ask(server.port, 'GET', '/fault')).toMatchObject({ status: 500 })
    expect(await ask(server.port, 'GET', '/api/flows')).toMatchObject({ status: 401 })
  })
})
