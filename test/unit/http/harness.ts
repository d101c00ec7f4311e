/** A front end with a dispatcher that the test plays, and clients that write raw bytes. */
import net from 'node:net'
import { onTestFinished } from 'vitest'
import type { Dispatch, Dispatcher, DispatchReply } from '../../../src/actors/dispatcher.ts'
import { jsonReply } from '../../../src/http/errors.ts'
import type { MainRoute, Server, ServerOptions } from '../../../src/http/options.ts'
import { createServer } from '../../../src/http/server.ts'
import { setLogLevel } from '../../../src/logging/log.ts'

// Some tests fail a handler on purpose.
setLogLevel('CRITICAL')

export interface Submitted {
  request: Dispatch
  reply: (reply: DispatchReply) => void
  cancelled: boolean
}

/** Keeps what it is given; answers at once when `answer` is set. */
export class FakeDispatcher implements Dispatcher {
  readonly submitted: Submitted[] = []
  full = false
  answer: ((request: Dispatch) => DispatchReply) | undefined

  submit(request: Dispatch, reply: (reply: DispatchReply) => void) {
    if (this.full) return undefined
    const entry: Submitted = { request, reply, cancelled: false }
    this.submitted.push(entry)
    const { answer } = this
    if (answer !== undefined) setImmediate(() => reply(answer(request)))
    return {
      cancel: () => {
        entry.cancelled = true
      },
    }
  }
}

export const routes = [
  { method: 'POST', path: '/flows/' },
  { method: 'GET', path: '/flows/{id:uuid}' },
  { method: 'POST', path: '/flows/filter' },
  { method: 'CALL', path: '/internal' },
  { method: 'DELETE', path: '/work_pools/{name}' },
] as const satisfies ServerOptions['routes']

export const mainRoutes: MainRoute[] = [
  { methods: ['GET'], path: '/health', handle: () => jsonReply(200, true) },
  { methods: ['GET'], path: '/hello', checksApiVersion: true, handle: async () => jsonReply(200, 'hello') },
  { methods: ['GET', 'HEAD'], path: '/docs', handle: ({ params, ...rest }) => jsonReply(200, { ...rest, params }) },
  {
    methods: ['GET'],
    path: '/broken',
    handle: async () => {
      throw new Error('broken on purpose')
    },
  },
]

export interface FrontEnd {
  server: Server
  dispatcher: FakeDispatcher
  /** What `onRequest` was told. */
  counted: { operation: number | undefined; status: number; microseconds: number }[]
}

/** Starts a front end on a free port; it is closed when the test ends. */
export async function startFrontEnd(options: Partial<ServerOptions> = {}): Promise<FrontEnd> {
  const dispatcher = new FakeDispatcher()
  const counted: FrontEnd['counted'] = []
  const server = await createServer({
    host: '127.0.0.1',
    port: 0,
    apiBasePath: '/api',
    cors: { allowedOrigins: '*', allowedMethods: '*', allowedHeaders: '*' },
    routes,
    dispatcher,
    mainRoutes,
    webSocketRoutes: [],
    onRequest: (operation, status, microseconds) => void counted.push({ operation, status, microseconds }),
    ...options,
  })
  onTestFinished(() => server.close(0))
  return { server, dispatcher, counted }
}

export interface RawReply {
  status: number
  headers: Record<string, string>
  body: Buffer
}

/** A connection that sends bytes and takes replies apart. */
export class Client {
  readonly socket: net.Socket
  #received = Buffer.alloc(0)
  #wake: (() => void) | undefined
  /** The server has closed the connection. */
  ended = false

  private constructor(socket: net.Socket) {
    this.socket = socket
    socket.on('data', (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes])
      this.#wake?.()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.ended = true
      this.#wake?.()
    })
  }

  static async connect(port: number, options: { allowHalfOpen?: boolean } = {}): Promise<Client> {
    const socket = net.connect({ port, host: '127.0.0.1', ...options })
    onTestFinished(() => void socket.destroy())
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve())
      socket.once('error', reject)
    })
    return new Client(socket)
  }

  send(bytes: string | Uint8Array): void {
    this.socket.write(bytes)
  }

  /** The next reply; `bodiless` for the reply to a HEAD. */
  async reply({ bodiless = false } = {}): Promise<RawReply> {
    await this.#until(() => this.#received.includes('\r\n\r\n'))
    const head = this.#take(this.#received.indexOf('\r\n\r\n') + 4)
    const [first = '', ...lines] = head.toString('latin1').trim().split('\r\n')
    const headers: Record<string, string> = {}
    for (const line of lines) {
      const name = line.slice(0, line.indexOf(':')).toLowerCase()
      const value = line.slice(name.length + 2)
      headers[name] = name in headers ? `${headers[name]}, ${value}` : value
    }
    const length = bodiless ? 0 : Number(headers['content-length'] ?? 0)
    await this.#until(() => this.#received.length >= length)
    return { status: Number(first.split(' ')[1]), headers, body: this.#take(length) }
  }

  /** All bytes until the server closes the connection. */
  async rest(): Promise<string> {
    while (!this.ended) await this.#more()
    return this.#received.toString('latin1')
  }

  #take(length: number): Buffer {
    const taken = this.#received.subarray(0, length)
    this.#received = this.#received.subarray(length)
    return taken
  }

  async #until(ready: () => boolean): Promise<void> {
    while (!ready()) {
      if (this.ended) throw new Error(`the connection ended after: ${this.#received.toString('latin1')}`)
      await this.#more()
    }
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}

/** The text of a request. */
export function request(method: string, path: string, headers: Record<string, string> = {}, body = ''): string {
  const length =
    body === '' || 'Transfer-Encoding' in headers || 'Content-Length' in headers
      ? {}
      : { 'Content-Length': String(Buffer.byteLength(body)) }
  const lines = Object.entries({ Host: 'localhost:4200', ...headers, ...length }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}

/** One request on a connection of its own. */
export async function ask(port: number, ...parts: Parameters<typeof request>): Promise<RawReply & { json: unknown }> {
  const client = await Client.connect(port)
  client.send(request(...parts))
  const reply = await client.reply({ bodiless: parts[0] === 'HEAD' })
  const isJson = reply.headers['content-type'] === 'application/json' && reply.headers['content-encoding'] === undefined
  return { ...reply, json: isJson && reply.body.length > 0 ? JSON.parse(reply.body.toString()) : undefined }
}

/** Waits until something is so; fails after five seconds. */
export async function until(ready: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000
  while (!ready()) {
    if (performance.now() > deadline) throw new Error(`still not so: ${ready}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

export function freePort(): Promise<number> {
  const server = net.createServer()
  return new Promise((resolve, reject) => {
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
