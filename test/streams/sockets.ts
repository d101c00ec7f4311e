/** Websocket clients of the tests: one that takes what comes, and one that does not read at all until it is told to. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export type Message = Record<string, unknown>

/** Takes every message; `received` may be looked at at any time. */
export class Client {
  readonly received: Message[] = []
  readonly closed: Promise<{ code: number; reason: string }>
  readonly #socket: WebSocket
  #arrived: () => void = () => {}

  private constructor(socket: WebSocket) {
    this.#socket = socket
    this.closed = new Promise((resolve) => {
      socket.addEventListener('close', ({ code, reason }) => {
        resolve({ code, reason })
        this.#arrived()
      })
    })
    socket.addEventListener('message', ({ data }) => {
      this.received.push(JSON.parse(String(data)))
      this.#arrived()
    })
  }

  /** Connects and goes through the handshake of current clients. */
  static async open(api: string, path: string): Promise<Client> {
    const socket = new WebSocket(`${api.replace('http', 'ws')}${path}`, 'prefect')
    const client = new Client(socket)
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve())
      socket.addEventListener('error', () => reject(new Error(`${path}: no websocket`)))
    })
    client.send({ type: 'auth', token: null })
    await client.until(() => client.received.length > 0)
    client.received.length = 0
    return client
  }

  send(message: Message): void {
    this.#socket.send(JSON.stringify(message))
  }

  close(): void {
    this.#socket.close()
  }

  /** Waits until `done`, which is asked after every message. */
  async until(done: () => boolean, seconds = 60): Promise<void> {
    const deadline = performance.now() + seconds * 1000
    while (!done()) {
      const left = deadline - performance.now()
      if (left <= 0) throw new Error(`not within ${seconds} s; so far ${this.received.length} messages`)
      await new Promise<void>((resolve) => {
        this.#arrived = resolve
        setTimeout(resolve, Math.min(left, 1000)).unref()
      })
    }
  }
}

const textFrame = 0x81
const closeFrame = 0x88

/** Sends its messages at once and then reads nothing, so that everything waits in the server. */
export class Sleeper {
  readonly #socket: Socket

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  static async open(api: string, path: string, messages: readonly Message[]): Promise<Sleeper> {
    const url = new URL(api + path)
    const socket = connect({ host: url.hostname, port: Number(url.port) })
    await once(socket, 'connect')
    const head = [
      `GET ${url.pathname} HTTP/1.1`,
      `Host: ${url.host}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Protocol: prefect',
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n`)
    const [reply] = (await once(socket, 'data')) as [Buffer]
    socket.pause()
    if (!reply.toString().startsWith('HTTP/1.1 101 ')) throw new Error(`${path}: no websocket`)
    for (const message of messages) socket.write(masked(Buffer.from(JSON.stringify(message))))
    return new Sleeper(socket)
  }

  /** Reads all that came: the code of the server's close frame, or null when the connection ends without one. */
  async wake(): Promise<number | null> {
    const frames = new Frames()
    return await new Promise((resolve) => {
      this.#socket.on('data', (chunk: Buffer) => {
        frames.push(chunk)
        if (frames.closeCode === undefined) return
        this.#socket.destroy()
        resolve(frames.closeCode)
      })
      this.#socket.on('error', () => {})
      this.#socket.on('close', () => resolve(null))
      this.#socket.resume()
    })
  }
}

/** A text frame as clients send it: masked, here with zeros. */
function masked(payload: Buffer): Buffer {
  const length = payload.length < 126 ? [0x80 | payload.length] : [0x80 | 126, payload.length >> 8, payload.length & 0xff]
  return Buffer.concat([Buffer.from([textFrame, ...length, 0, 0, 0, 0]), payload])
}

/** Skips all frames up to the one that closes. */
class Frames {
  closeCode: number | undefined
  #rest = Buffer.alloc(0)
  /** Bytes of a frame that are still to come, and are of no interest. */
  #skip = 0

  push(chunk: Buffer): void {
    const skipped = Math.min(this.#skip, chunk.length)
    this.#skip -= skipped
    if (skipped === chunk.length) return
    this.#rest = Buffer.concat([this.#rest, chunk.subarray(skipped)])
    while (this.#frame()) {}
  }

  /** One frame off the front; false when more bytes are needed. */
  #frame(): boolean {
    const bytes = this.#rest
    if (bytes.length < 2) return false
    const short = bytes[1] ?? 0
    const start = short === 126 ? 4 : short === 127 ? 10 : 2
    if (bytes.length < start) return false
    const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short
    if (bytes[0] === closeFrame) {
      if (bytes.length < start + length) return false
      this.closeCode = length >= 2 ? bytes.readUInt16BE(start) : 1005
      return false
    }
    const here = Math.min(length, bytes.length - start)
    this.#skip = length - here
    this.#rest = bytes.subarray(start + here)
    return this.#rest.length > 0
  }
}
