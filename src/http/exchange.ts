import type { DispatchReply } from '../actors/dispatcher.ts'
import { compress, varyFromBytes } from './compression.ts'
import type { Response } from './uws.ts'

export interface ExchangeOptions {
  response: Response
  /** The request is a HEAD: the reply goes out without its body. */
  head: boolean
  acceptsGzip: boolean
  gzipBytes: number
  /** Names the request in the log, and in replies that are the server's fault. */
  id: string
  /** Headers for a request from another origin. */
  corsHeaders: readonly (readonly [string, string])[]
  /** Whether the connection is to be closed after the reply, asked when it is sent. */
  closing: () => boolean
  /** The exchange is over; 499 when the client left before its reply. */
  onEnd: (operation: number | undefined, status: number, microseconds: number) => void
}

/** Not sent to anybody, only counted. */
const clientClosedRequest = 499

/** One request and its reply: what goes around every reply, whoever gave it. */
export class Exchange {
  readonly #options: ExchangeOptions
  readonly #started = performance.now()
  #atEnd: ((abandoned: boolean) => void)[] | undefined = []
  #status: number | undefined
  /** The operation that the request was dispatched to, for the metrics. */
  operation: number | undefined

  constructor(options: ExchangeOptions) {
    this.#options = options
    options.response.onEnd((aborted) => {
      const works = this.#atEnd ?? []
      this.#atEnd = undefined
      for (const work of works) work(this.#status === undefined)
      const microseconds = Math.round((performance.now() - this.#started) * 1000)
      options.onEnd(this.operation, aborted || this.#status === undefined ? clientClosedRequest : this.#status, microseconds)
    })
  }

  get id(): string {
    return this.#options.id
  }

  /** Runs `work` when the exchange is over (now, when it is already). `abandoned`: the client left before there was a reply. */
  atEnd(work: (abandoned: boolean) => void): void {
    if (this.#atEnd === undefined) work(this.#status === undefined)
    else this.#atEnd.push(work)
  }

  /** Sends the reply; a second one is ignored. */
  reply(reply: DispatchReply, close = false): void {
    if (this.#status !== undefined) return
    this.#status = reply.status
    const { corsHeaders, acceptsGzip, gzipBytes } = this.#options
    const headers: (readonly [string, string])[] = reply.status >= 500 ? [['x-request-id', this.#options.id]] : []
    const vary: string[] = []
    let compressible = reply.body.length >= varyFromBytes
    for (const header of [...reply.headers, ...corsHeaders]) {
      const name = header[0].toLowerCase()
      if (name === 'vary') vary.push(header[1])
      else if (name === 'content-length') continue
      else headers.push(header)
      if (name === 'content-encoding' || (name === 'content-type' && header[1].startsWith('text/event-stream'))) compressible = false
    }
    if (compressible) vary.unshift('Accept-Encoding')
    if (vary.length > 0) headers.push(['vary', [...new Set(vary)].join(', ')])
    if (!compressible || !acceptsGzip || reply.body.length < gzipBytes) {
      this.#send({ status: reply.status, headers, body: reply.body }, close)
      return
    }
    compress(reply.body, (compressed) => {
      if (compressed !== undefined) headers.push(['content-encoding', 'gzip'])
      this.#send({ status: reply.status, headers, body: compressed ?? reply.body }, close)
    })
  }

  #send(reply: DispatchReply, close: boolean): void {
    const { response, head, closing } = this.#options
    response.send(reply, { head, close: close || closing() })
  }
}
