/** Connections as clients use and abuse them: keep-alive, pipelines, slow and broken bodies, aborts, slow readers, the end. */
import { describe, expect, test } from 'vitest'
import { jsonReply } from '../../../src/http/errors.ts'
import { ask, Client, freePort, pause, request, startFrontEnd, until } from './harness.ts'

const id = '8f3c2a10-0000-4000-8000-0123456789ab'
const path = `/api/flows/${id}`

describe('one connection', () => {
  test('carries request after request', async () => {
    const { server, dispatcher } = await startFrontEnd()
    dispatcher.answer = ({ body }) => ({ status: 200, headers: [], body })
    const client = await Client.connect(server.port)
    for (const body of ['first', 'second', 'x'.repeat(300_000)]) {
      client.send(request('POST', '/api/flows/', {}, body))
      expect((await client.reply()).body.toString()).toBe(body)
    }
  })

  test('answers a pipeline in order as long as nothing waits', async () => {
    const { server, dispatcher } = await startFrontEnd()
    dispatcher.answer = () => jsonReply(200, 'last')
    const client = await Client.connect(server.port)
    client.send(
      request('GET', '/api/health') + request('POST', '/api/nope', {}, 'body') + request('GET', '/api/docs') + request('GET', path),
    )
    const statuses = []
    for (let count = 0; count < 4; count++) statuses.push((await client.reply()).status)
    expect(statuses).toEqual([200, 404, 200, 200])
  })

  test('is closed by a request that overtakes one that waits, which is cancelled', async () => {
    const { server, dispatcher, counted } = await startFrontEnd()
    const client = await Client.connect(server.port)
    client.send(request('GET', path) + request('GET', path))
    expect(await client.rest()).toBe('')
    expect(dispatcher.submitted.map(({ cancelled }) => cancelled)).toEqual([true])
    expect(counted).toMatchObject([{ operation: 1, status: 499 }])
  })

  test('is closed after the reply when the client says so', async () => {
    const { server } = await startFrontEnd()
    const client = await Client.connect(server.port)
    client.send(request('GET', '/api/health', { Connection: 'close' }))
    expect(await client.rest()).toMatch(/\r\n\r\ntrue$/)
  })

  test('may have headers of 60 KiB, not of 70', async () => {
    const { server } = await startFrontEnd()
    expect((await ask(server.port, 'GET', '/api/health', { 'X-Long': 'a'.repeat(60 * 1024) })).status).toBe(200)
    const client = await Client.connect(server.port)
    client.send(request('GET', '/api/health', { 'X-Long': 'a'.repeat(70 * 1024) }))
    expect(await client.rest()).toMatch(/^HTTP\/1.1 431 /)
  })
})

describe('bodies', () => {
  test('in chunks, in pieces', async () => {
    const { server, dispatcher } = await startFrontEnd()
    dispatcher.answer = ({ body }) => ({ status: 200, headers: [], body })
    const client = await Client.connect(server.port)
    client.send(request('POST', '/api/flows/', { 'Transfer-Encoding': 'chunked' }))
    for (const piece of ['5\r\nhe', 'llo\r\n', '1\r\n \r\n6\r\nworld!\r', '\n0\r\n', '\r\n']) {
      client.send(piece)
      await pause(10)
    }
    expect((await client.reply()).body.toString()).toBe('hello world!')
    client.send(request('POST', '/api/flows/', { 'Transfer-Encoding': 'chunked' }, '0\r\n\r\n'))
    expect((await client.reply()).body.toString()).toBe('')
  })

  test('asked for with 100 Continue', async () => {
    const { server, dispatcher } = await startFrontEnd()
    dispatcher.answer = ({ body }) => ({ status: 200, headers: [], body })
    const client = await Client.connect(server.port)
    client.send(request('POST', '/api/flows/', { Expect: '100-continue', 'Content-Length': '2' }))
    expect((await client.reply()).status).toBe(100)
    client.send('{}')
    expect((await client.reply()).body.toString()).toBe('{}')
  })

  test('too large by their own word are refused before they come', async () => {
    const { server, dispatcher } = await startFrontEnd({ limits: { bodyBytes: 1000 } })
    dispatcher.answer = () => jsonReply(200, null)
    expect((await ask(server.port, 'POST', '/api/flows/', {}, 'x'.repeat(1000))).status).toBe(200)
    const client = await Client.connect(server.port)
    client.send(request('POST', '/api/flows/', { 'Content-Length': '1001' }))
    expect(await client.reply()).toMatchObject({ status: 413, headers: { connection: 'close' } })
    expect(dispatcher.submitted).toHaveLength(1)
    expect(server.requestsInFlight).toBe(0)
  })

  test('too large without a word are refused when it shows', async () => {
    const { server, dispatcher } = await startFrontEnd({ limits: { bodyBytes: 1000 } })
    const client = await Client.connect(server.port)
    client.send(request('POST', '/api/flows/', { 'Transfer-Encoding': 'chunked' }, `200\r\n${'x'.repeat(0x200)}\r\n`))
    await pause(20)
    client.send(`200\r\n${'x'.repeat(0x200)}\r\n0\r\n\r\n`)
    expect(await client.reply()).toMatchObject({ status: 413 })
    expect(dispatcher.submitted).toEqual([])
  })

  test('that are too much together are refused, and room is given back', async () => {
    const { server, dispatcher } = await startFrontEnd({ limits: { allBodiesBytes: 1000 } })
    const waiting = await Client.connect(server.port)
    waiting.send(request('POST', '/api/flows/', {}, 'x'.repeat(800)))
    await until(() => dispatcher.submitted.length === 1)
    const body = 'y'.repeat(800)
    expect(await ask(server.port, 'POST', '/api/flows/', {}, body)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
    dispatcher.submitted[0]?.reply(jsonReply(200, null))
    expect((await waiting.reply()).status).toBe(200)
    dispatcher.answer = () => jsonReply(200, null)
    expect((await ask(server.port, 'POST', '/api/flows/', {}, body)).status).toBe(200)
  })

  test('that do not go on are refused after their time', async () => {
    const { server, dispatcher } = await startFrontEnd({ limits: { bodyMilliseconds: 100, sweepMilliseconds: 20 } })
    const client = await Client.connect(server.port)
    client.send(request('POST', '/api/flows/', { 'Content-Length': '10' }))
    const began = performance.now()
    expect(await client.reply()).toMatchObject({ status: 408, headers: { connection: 'close' } })
    expect(performance.now() - began).toBeGreaterThan(90)
    expect(dispatcher.submitted).toEqual([])
    expect(server.requestsInFlight).toBe(0)
  })

  test('that come slower than uWS likes are waited for', { timeout: 30_000 }, async () => {
    const { server, dispatcher } = await startFrontEnd()
    dispatcher.answer = ({ body }) => ({ status: 200, headers: [], body })
    const client = await Client.connect(server.port)
    client.send(request('POST', '/api/flows/', { 'Content-Length': '14' }))
    // Without help the connection is cut off after ten seconds.
    for (let count = 0; count < 14; count++) {
      await pause(1000)
      client.send('a')
    }
    expect((await client.reply()).body.toString()).toBe('a'.repeat(14))
  })
})

describe('clients that leave', () => {
  test('while they wait: their request is cancelled and counted', async () => {
    const { server, dispatcher, counted } = await startFrontEnd()
    const client = await Client.connect(server.port)
    client.send(request('POST', '/api/flows/', {}, '{}'))
    await until(() => dispatcher.submitted.length === 1)
    expect(server.requestsInFlight).toBe(1)
    client.socket.destroy()
    await until(() => server.requestsInFlight === 0)
    expect(dispatcher.submitted[0]?.cancelled).toBe(true)
    expect(counted).toMatchObject([{ operation: 0, status: 499 }])
    // The late reply goes nowhere, and the server goes on.
    dispatcher.submitted[0]?.reply(jsonReply(200, null))
    expect((await ask(server.port, 'GET', '/api/health')).status).toBe(200)
  })

  test('by closing their half: that is leaving, too', async () => {
    const { server, dispatcher } = await startFrontEnd()
    const client = await Client.connect(server.port, { allowHalfOpen: true })
    client.send(request('GET', path))
    await until(() => dispatcher.submitted.length === 1)
    client.socket.end()
    await until(() => dispatcher.submitted[0]?.cancelled === true)
    expect(server.requestsInFlight).toBe(0)
  })

  test('in the middle of a body: nothing is dispatched', async () => {
    const { server, dispatcher } = await startFrontEnd({ limits: { allBodiesBytes: 1000 } })
    dispatcher.answer = () => jsonReply(200, null)
    for (let count = 0; count < 3; count++) {
      const client = await Client.connect(server.port)
      client.send(request('POST', '/api/flows/', { 'Content-Length': '900' }, 'x'.repeat(800)))
      await until(() => server.requestsInFlight === 1)
      client.socket.destroy()
      await until(() => server.requestsInFlight === 0)
    }
    expect(dispatcher.submitted).toEqual([])
    // Their bytes were given back.
    expect((await ask(server.port, 'POST', '/api/flows/', {}, 'x'.repeat(900))).status).toBe(200)
  })

  test('in the middle of a reply: it is dropped, and not cancelled any more', async () => {
    const { server, dispatcher, counted } = await startFrontEnd()
    dispatcher.answer = () => ({ status: 200, headers: [], body: Buffer.alloc(50_000_000) })
    const client = await Client.connect(server.port)
    client.send(request('GET', path))
    await client.reply({ bodiless: true })
    client.socket.destroy()
    await until(() => server.requestsInFlight === 0)
    expect(dispatcher.submitted[0]?.cancelled).toBe(false)
    expect(counted).toMatchObject([{ operation: 1, status: 499 }])
  })
})

test('a slow reader gets a large reply whole', async () => {
  const { server, dispatcher, counted } = await startFrontEnd()
  const body = Buffer.alloc(12_000_000)
  for (let offset = 0; offset < body.length; offset += 4) body.writeUInt32LE(offset, offset)
  dispatcher.answer = () => ({ status: 200, headers: [], body })
  const client = await Client.connect(server.port)
  client.socket.pause()
  client.send(request('GET', path))
  await until(() => dispatcher.submitted.length === 1)
  await pause(200)
  expect(server.requestsInFlight).toBe(1)
  client.socket.resume()
  expect((await client.reply()).body.equals(body)).toBe(true)
  expect(counted).toMatchObject([{ operation: 1, status: 200 }])
  client.send(request('GET', '/api/health'))
  expect((await client.reply()).status).toBe(200)
})

describe('too much at once', () => {
  const refused = { status: 503, json: { exception_message: 'Service Unavailable' }, headers: { 'retry-after': '1' } }

  test('a full mailbox is a 503', async () => {
    const { server, dispatcher } = await startFrontEnd()
    dispatcher.full = true
    expect(await ask(server.port, 'GET', path)).toMatchObject(refused)
    expect(await ask(server.port, 'POST', '/api/flows/', {}, '{}')).toMatchObject(refused)
    expect(server.requestsInFlight).toBe(0)
  })

  test('requests beyond the limit are a 503; health is answered all the same', async () => {
    const { server, dispatcher } = await startFrontEnd({ limits: { requestsInFlight: 2 } })
    const clients = [await Client.connect(server.port), await Client.connect(server.port)]
    for (const client of clients) client.send(request('GET', path))
    await until(() => server.requestsInFlight === 2)
    expect(await ask(server.port, 'POST', '/api/flows/', {}, 'x'.repeat(100_000))).toMatchObject(refused)
    expect((await ask(server.port, 'GET', '/api/health')).status).toBe(200)
    for (const { reply } of dispatcher.submitted) reply(jsonReply(200, null))
    for (const client of clients) expect((await client.reply()).status).toBe(200)
    dispatcher.answer = () => jsonReply(200, null)
    expect((await ask(server.port, 'GET', path)).status).toBe(200)
  })
})

test('a dispatcher that throws costs its request only', async () => {
  const dispatcher = {
    submit: () => {
      throw new Error('on purpose')
    },
  }
  const { server } = await startFrontEnd({ dispatcher })
  const fault = { status: 500, json: { exception_message: 'Internal Server Error' } }
  expect(await ask(server.port, 'GET', path)).toMatchObject(fault)
  expect(await ask(server.port, 'POST', '/api/flows/', {}, '{}')).toMatchObject(fault)
  expect(server.requestsInFlight).toBe(0)
})

describe('listening and closing', () => {
  test('a port in use is refused, and not shared', async () => {
    // Asked for by number: only then does the system let processes share a port.
    const port = await freePort()
    await startFrontEnd({ port })
    await expect(startFrontEnd({ port })).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`)
  })

  test('what is under way is answered, nothing new is taken', async () => {
    const { server, dispatcher } = await startFrontEnd()
    const waiting = await Client.connect(server.port)
    const idle = await Client.connect(server.port)
    waiting.send(request('GET', path))
    await until(() => dispatcher.submitted.length === 1)
    let closed = false
    const closing = server.close(5000).then(() => {
      closed = true
    })
    await expect(Client.connect(server.port)).rejects.toThrow('ECONNREFUSED')
    await pause(50)
    expect(closed).toBe(false)
    dispatcher.submitted[0]?.reply(jsonReply(200, 'late'))
    expect(await waiting.reply()).toMatchObject({ status: 200, headers: { connection: 'close' } })
    const replied = performance.now()
    await pause(20)
    idle.send(request('GET', path))
    expect(await idle.reply()).toMatchObject({ status: 503, headers: { connection: 'close' } })
    await closing
    expect(performance.now() - replied).toBeLessThan(2000)
    await until(() => idle.ended)
  })

  test('what takes too long is dropped', async () => {
    const { server, dispatcher } = await startFrontEnd()
    const client = await Client.connect(server.port)
    client.send(request('GET', path))
    await until(() => dispatcher.submitted.length === 1)
    const began = performance.now()
    await server.close(100)
    expect(performance.now() - began).toBeLessThan(1000)
    expect(await client.rest()).toBe('')
    expect(dispatcher.submitted[0]?.cancelled).toBe(true)
  })

  test('a closed server can be opened again on its port', async () => {
    const { server } = await startFrontEnd()
    await Promise.all([server.close(0), server.close(0)])
    const again = await startFrontEnd({ port: server.port })
    expect((await ask(again.server.port, 'GET', '/api/health')).status).toBe(200)
  })
})
