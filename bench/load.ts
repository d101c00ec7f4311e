/**
 * The load generator: a number of keep-alive connections, each with one request under way, on bare sockets, so that the
 * generator's own cost stays small beside the server's.
 */
import { connect, type Socket } from 'node:net'

export interface LoadOptions {
  host: string
  port: number
  connections: number
  /** Requests are begun for so long; those under way are waited for. */
  milliseconds: number
  /** The next request of a connection: method, path and body; null ends the connection's work. */
  next: (connection: number, previous: Answer | null) => Job | null
}

export interface Job {
  method: string
  path: string
  body?: string
}

export interface Answer {
  status: number
  body: string
}

export interface LoadResult {
  requests: number
  /** Answers beyond 2xx, and broken connections. */
  failures: number
  /** The first failure, for whoever has to find out why. */
  firstFailure: string | null
  seconds: number
  perSecond: number
  /** Milliseconds. */
  p50: number
  p99: number
  max: number
}

/** Runs the load and measures each request from its first byte out to its last byte in. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const times: number[] = []
  let failures = 0
  let firstFailure: string | null = null
  const began = performance.now()
  const deadline = began + options.milliseconds
  const workers = Array.from({ length: options.connections }, async (_, index) => {
    let connection = await Connection.open(options.host, options.port)
    let previous: Answer | null = null
    while (performance.now() < deadline) {
      const job = options.next(index, previous)
      if (job === null) break
      const start = performance.now()
      try {
        previous = await connection.request(job)
        if (previous.status >= 300) {
          failures++
          firstFailure ??= `${job.method} ${job.path}: ${previous.status} ${previous.body.slice(0, 300)}`
        }
      } catch (error) {
        failures++
        firstFailure ??= `${job.method} ${job.path}: ${String(error)}`
        previous = null
        connection.close()
        connection = await Connection.open(options.host, options.port)
      }
      times.push(performance.now() - start)
    }
    connection.close()
  })
  await Promise.all(workers)
  const seconds = (performance.now() - began) / 1000
  times.sort((a, b) => a - b)
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return {
    requests: times.length,
    failures,
    firstFailure,
    seconds,
    perSecond: times.length / seconds,
    p50: at(0.5),
    p99: at(0.99),
    max: at(1),
  }
}

class Connection {
  readonly #socket: Socket
  #received = ''
  #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => this.#take(chunk))
    socket.on('error', (error) => this.#waiting?.reject(error))
    socket.on('close', () => this.#waiting?.reject(new Error('the connection was closed')))
  }

  static open(host: string, port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port })
      socket.once('connect', () => resolve(new Connection(socket)))
      socket.once('error', reject)
    })
  }

  request({ method, path, body = '' }: Job): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      const length = Buffer.byteLength(body)
      this.#socket.write(
        `${method} ${path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`,
      )
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(chunk: string): void {
    this.#received += chunk
    const head = this.#received.indexOf('\r\n\r\n')
    if (head < 0) return
    const length = Number(/content-length: (\d+)/i.exec(this.#received.slice(0, head))?.[1] ?? 0)
    if (this.#received.length < head + 4 + length) return
    const answer = { status: Number(this.#received.slice(9, 12)), body: this.#received.slice(head + 4, head + 4 + length) }
    this.#received = this.#received.slice(head + 4 + length)
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.resolve(answer)
  }
}
