/** Websockets with a real client: the handshake, what a route sees, and all the ways to the end. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import type { ServerOptions } from '../../../src/http/options.ts'
import type { Socket, WebSocketRoute } from '../../../src/http/websocket.ts'
import { ask, Client, pause, request, startFrontEnd, until } from './harness.ts'

/** Writes down what it is told, and echoes messages. */
class Recorder implements WebSocketRoute {
  readonly path: string
  readonly events: string[] = []
  readonly sockets: Socket[] = []
  requiresSubprotocol = false
  authenticationFailedReason?: string

  constructor(path: string) {
    this.path = path
  }

  open(socket: Socket, params: readonly string[]): void {
    this.sockets.push(socket)
    this.events.push(['open', ...params].join(' '))
  }

  message(socket: Socket, text: string): void {
    this.events.push(`message ${text.slice(0, 20)}`)
    if (text === 'fail') throw new Error('on purpose')
    socket.send(text)
  }

  close(socket: Socket): void {
    this.events.push(`close ${socket.open}`)
  }
}

async function startWithSockets(options: Partial<ServerOptions> = {}) {
  const events = new Recorder('/events/out')
  const workers = new Recorder('/work_pools/{name}/workers/connect')
  workers.requiresSubprotocol = true
  workers.authenticationFailedReason = 'authentication_failed'
  return { ...(await startFrontEnd({ webSocketRoutes: [events, workers], ...options })), events, workers }
}

interface Opened {
  socket: WebSocket
  messages: string[]
  closed: Promise<{ code: number; reason: string }>
}

/** Resolves when the socket is open; rejects with the status when it is refused. */
function connect(port: number, path: string, protocols: string[] = ['prefect']): Promise<Opened> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols)
  onTestFinished(() => socket.terminate())
  const messages: string[] = []
  socket.on('message', (data) => messages.push(String(data)))
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve({ socket, messages, closed }))
    socket.on('unexpected-response', (_, response) => reject(new Error(`HTTP ${response.statusCode}`)))
    socket.on('error', reject)
  })
}

const auth = '{"type":"auth","token":null}'

async function connectAndAuthenticate(port: number, path = '/api/events/out'): Promise<Opened> {
  const opened = await connect(port, path)
  opened.socket.send(auth)
  await until(() => opened.messages.length === 1)
  expect(opened.messages).toEqual(['{"type":"auth_success"}'])
  return opened
}

describe('the handshake', () => {
  test('with the subprotocol: auth, then the route', async () => {
    const { server, events } = await startWithSockets()
    const { socket, messages } = await connect(server.port, '/api/events/out', ['other', 'prefect'])
    expect(socket.protocol).toBe('prefect')
    await pause(30)
    expect(events.events).toEqual([])
    socket.send(auth)
    socket.send('hello')
    await until(() => messages.length === 2)
    expect(messages).toEqual(['{"type":"auth_success"}', 'hello'])
    expect(events.events).toEqual(['open', 'message hello'])
    expect(server.webSockets).toBe(1)
  })

  test('without it an old client is let in at once, unless authentication is set or the route insists', async () => {
    const { server, events, workers } = await startWithSockets()
    const { socket, messages } = await connect(server.port, '/api/events/out', [])
    expect(socket.protocol).toBe('')
    socket.send('hello')
    await until(() => messages.length === 1)
    expect(events.events).toEqual(['open', 'message hello'])
    await expect(connect(server.port, '/api/work_pools/a/workers/connect', [])).rejects.toThrow('HTTP 403')
    await expect(connect(server.port, '/api/work_pools/a/workers/connect', ['other'])).rejects.toThrow('HTTP 403')
    const locked = await startWithSockets({ authString: 'admin:secret' })
    await expect(connect(locked.server.port, '/api/events/out', [])).rejects.toThrow('HTTP 403')
    expect([...workers.events, ...locked.events.events]).toEqual([])
  })

  test.each([
    [undefined, '{"type":"x"}', "Expected 'auth' message"],
    [undefined, '{}', "Expected 'auth' message"],
    [undefined, '[]', "Expected 'auth' message"],
    [undefined, 'null', "Expected 'auth' message"],
    [undefined, 'no json', "Expected 'auth' message"],
    ['admin:sécret', '{"type":"auth"}', 'Auth required but no token provided'],
    ['admin:sécret', '{"type":"auth","token":""}', 'Auth required but no token provided'],
    ['admin:sécret', '{"type":"auth","token":null}', 'Auth required but no token provided'],
    ['admin:sécret', '{"type":"auth","token":"x"}', 'Invalid token'],
    ['admin:sécret', '{"type":"auth","token":5}', 'Invalid token'],
    ['admin:sécret', '{"type":"auth","token":"admin:secret"}', 'Invalid token'],
  ])('with auth string %s, %s is closed with: %s', async (authString, message, reason) => {
    const { server, events, workers } = await startWithSockets({ authString })
    for (const [path, expected] of [
      ['/api/events/out', reason],
      ['/api/work_pools/a/workers/connect', 'authentication_failed'],
    ] as const) {
      const { socket, closed } = await connect(server.port, path)
      socket.send(message)
      expect(await closed).toEqual({ code: 1008, reason: expected })
    }
    expect([...events.events, ...workers.events]).toEqual([])
    expect(server.webSockets).toBe(0)
  })

  test('the right token opens, and the path’s parameters arrive decoded', async () => {
    const { server, workers } = await startWithSockets({ authString: 'admin:sécret', apiBasePath: '/p/api' })
    const { socket, messages } = await connect(server.port, '/p/api/work_pools/a%20%C3%A9/workers/connect')
    socket.send('{"type":"auth","token":"admin:sécret"}')
    await until(() => messages.length === 1)
    expect(messages).toEqual(['{"type":"auth_success"}'])
    expect(workers.events).toEqual(['open a é'])
  })

  test('auth that does not come is waited for only so long', async () => {
    const { server } = await startWithSockets({ limits: { webSocketHandshakeMilliseconds: 100, sweepMilliseconds: 20 } })
    const open = await connectAndAuthenticate(server.port)
    const { closed } = await connect(server.port, '/api/events/out')
    expect(await closed).toEqual({ code: 1008, reason: "Expected 'auth' message" })
    expect(open.socket.readyState).toBe(WebSocket.OPEN)
  })

  test.each(['/api/nope', '/nope', '/events/out', '/api/events/out/', '/api/work_pools//workers/connect', '/api/health'])(
    '%s is refused at the upgrade',
    async (path) => {
      const { server } = await startWithSockets()
      await expect(connect(server.port, path)).rejects.toThrow('HTTP 403')
    },
  )

  test('a request that is no proper handshake is refused', async () => {
    const { server } = await startWithSockets()
    const upgrade = { Connection: 'Upgrade', Upgrade: 'websocket' }
    const key = { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' }
    const version = { 'Sec-WebSocket-Version': '13' }
    for (const [headers, problem] of [
      [{ ...upgrade, ...version }, 'missing Sec-WebSocket-Key header'],
      [{ ...upgrade, ...key }, 'missing Sec-WebSocket-Version header'],
      [{ ...upgrade, ...key, 'Sec-WebSocket-Version': '8' }, 'invalid Sec-WebSocket-Version header: 8'],
    ] as const) {
      const reply = await ask(server.port, 'GET', '/api/events/out', headers)
      expect(reply.status).toBe(400)
      expect(reply.body.toString()).toBe(`Failed to open a WebSocket connection: ${problem}.\n`)
    }
    expect((await ask(server.port, 'GET', '/api/events/out')).status).toBe(404)
  })
})

describe('the end', () => {
  test('by the client: the route is told once and cannot send any more', async () => {
    const { server, events } = await startWithSockets()
    const { socket, closed } = await connectAndAuthenticate(server.port)
    socket.close(1000, 'done')
    expect((await closed).code).toBe(1000)
    await until(() => events.events.length === 2)
    expect(events.events).toEqual(['open', 'close false'])
    const [gone] = events.sockets
    expect(gone?.open).toBe(false)
    expect(gone?.bufferedBytes).toBe(0)
    expect(gone?.send('late')).toBe(false)
    gone?.close(1000)
    expect(events.events).toHaveLength(2)
    expect(server.webSockets).toBe(0)
  })

  test('by a broken connection', async () => {
    const { server, events } = await startWithSockets()
    const { socket } = await connectAndAuthenticate(server.port)
    socket.terminate()
    await until(() => server.webSockets === 0)
    expect(events.events).toEqual(['open', 'close false'])
  })

  test('by the route, with a reason that fits', async () => {
    const { server, events } = await startWithSockets()
    const { closed } = await connectAndAuthenticate(server.port)
    events.sockets[0]?.close(1002, `bad filter: ${'é'.repeat(100)}`)
    // 123 bytes: 12 of ASCII, 55 letters of two bytes, and no half letter.
    expect(await closed).toEqual({ code: 1002, reason: `bad filter: ${'é'.repeat(55)}` })
    expect(events.events).toEqual(['open', 'close false'])
  })

  test('by a fault of the route, which costs its own socket only', async () => {
    const { server, events } = await startWithSockets()
    const other = await connectAndAuthenticate(server.port)
    const { socket, closed } = await connectAndAuthenticate(server.port)
    socket.send('fail')
    expect((await closed).code).toBe(1011)
    other.socket.send('still here')
    await until(() => other.messages.length === 2)
    expect(events.events).toEqual(['open', 'open', 'message fail', 'close false', 'message still here'])
  })

  test('by what is no text, or too long', async () => {
    const { server, events } = await startWithSockets({ limits: { webSocketMessageBytes: 1000 } })
    const binary = await connectAndAuthenticate(server.port)
    binary.socket.send(Buffer.from('x'))
    expect((await binary.closed).code).toBe(1003)
    const long = await connectAndAuthenticate(server.port)
    long.socket.send('x'.repeat(1000))
    await until(() => long.messages.length === 2)
    long.socket.send('x'.repeat(1001))
    expect(await long.closed).toEqual({ code: 1009, reason: 'frame exceeds limit of 1000 bytes' })
    const endless = await connectAndAuthenticate(server.port)
    endless.socket.send('x'.repeat(100_000))
    expect((await endless.closed).code).toBe(1006)
    expect(events.events.filter((event) => event.startsWith('message'))).toEqual(['message xxxxxxxxxxxxxxxxxxxx'])
  })

  test('by falling behind: a slow client is closed and its memory given back', async () => {
    const { server, events } = await startWithSockets({ limits: { webSocketBufferBytes: 1_000_000 } })
    const { socket } = await connectAndAuthenticate(server.port)
    socket.pause()
    const [slow] = events.sockets
    if (slow === undefined) throw new Error('no socket')
    const message = 'x'.repeat(100_000)
    let most = 0
    let sent = 0
    while (slow.send(message)) {
      sent++
      most = Math.max(most, slow.bufferedBytes)
      if (sent > 1000) throw new Error('no limit')
    }
    expect(most).toBeGreaterThan(1_000_000)
    expect(most).toBeLessThan(1_300_000)
    expect(slow.open).toBe(false)
    expect(slow.bufferedBytes).toBe(0)
    expect(events.events).toEqual(['open', 'close false'])
    expect(server.webSockets).toBe(0)
  })

  test('one large message to a client that keeps up is no falling behind', async () => {
    const { server, events } = await startWithSockets({ limits: { webSocketBufferBytes: 1000 } })
    const { messages } = await connectAndAuthenticate(server.port)
    expect(events.sockets[0]?.send('x'.repeat(3_000_000))).toBe(true)
    await until(() => messages.length === 2)
    expect(events.sockets[0]?.send('y')).toBe(true)
    await until(() => messages.length === 3)
  })

  test('by a restart: 1012, and nobody new comes in', async () => {
    const { server, dispatcher, events } = await startWithSockets()
    const waiting = await Client.connect(server.port)
    waiting.send(request('GET', '/api/flows/8f3c2a10-0000-4000-8000-0123456789ab'))
    await until(() => dispatcher.submitted.length === 1)
    const opened = await connectAndAuthenticate(server.port)
    const shaking = await connect(server.port, '/api/events/out')
    const late = await Client.connect(server.port)
    const closing = server.close(300)
    expect(await opened.closed).toEqual({ code: 1012, reason: '' })
    expect(await shaking.closed).toEqual({ code: 1012, reason: '' })
    expect(events.events).toEqual(['open', 'close false'])
    const key = { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version': '13' }
    late.send(request('GET', '/api/events/out', { Connection: 'Upgrade', Upgrade: 'websocket', ...key }))
    expect((await late.reply()).status).toBe(503)
    await closing
  })

  test('by silence: pinged, and dropped when no pong comes', { timeout: 30_000 }, async () => {
    const { server, events } = await startWithSockets({ limits: { webSocketIdleSeconds: 8 } })
    const answering = await connectAndAuthenticate(server.port)
    const dead = await Client.connect(server.port)
    const key = { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version': '13' }
    dead.send(request('GET', '/api/events/out', { Connection: 'Upgrade', Upgrade: 'websocket', ...key }))
    expect((await dead.reply()).status).toBe(101)
    expect(server.webSockets).toBe(2)
    expect(Buffer.from(await dead.rest(), 'latin1')).toEqual(Buffer.from([0x89, 0]))
    await pause(4000)
    expect(server.webSockets).toBe(1)
    expect(answering.socket.readyState).toBe(WebSocket.OPEN)
    expect(events.events).toEqual(['open', 'open', 'close false'])
  })
})
