/** HTTP requests to the world outside: webhooks, notifications. Redirects are not followed. */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { pythonRepr } from '../../values/python-text.ts'
import { publicAddresses } from './private-address.ts'

export interface OutgoingRequest {
  method: string
  url: string
  headers: Readonly<Record<string, string>>
  body: string
  /** Whether the certificate must be right. */
  verify: boolean
  allowsPrivate: boolean
  timeoutMilliseconds: number
}

export interface OutgoingReply {
  status: number
  headers: Readonly<Record<string, string>>
  text: string
}

/** A request that got no answer, named as the reference's HTTP client names what happened. */
export class OutgoingError extends Error {
  readonly shown: string
  constructor(type: string, message: string) {
    super(message)
    this.shown = `${type}(${pythonRepr(message)})`
  }
}

/** Longer replies are not read to their end. */
const longestReply = 16 * 1024 * 1024
const decoders: Readonly<Record<string, (data: Buffer) => Buffer>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
}
const bodyExpected = new Set(['POST', 'PUT', 'PATCH'])

/** Sends a request and reads the whole reply. Throws OutgoingError. */
export async function send(outgoing: OutgoingRequest): Promise<OutgoingReply> {
  if (!/^https?:\/\//i.test(outgoing.url))
    throw new OutgoingError('UnsupportedProtocol', "Request URL is missing an 'http://' or 'https://' protocol.")
  if (!URL.canParse(outgoing.url)) throw new OutgoingError('InvalidURL', 'Invalid URL')
  const reply = await answerTo(outgoing)
  return { status: reply.statusCode ?? 0, headers: headersOf(reply), text: await textOf(reply) }
}

function answerTo({ method, url, headers, body, verify, allowsPrivate, timeoutMilliseconds }: OutgoingRequest): Promise<IncomingMessage> {
  const target = new URL(url)
  const bytes = Buffer.from(body)
  const sent: Record<string, string> = { accept: '*/*', 'accept-encoding': 'gzip, deflate, br', 'user-agent': 'prefect-server', ...headers }
  const has = (name: string): boolean => Object.keys(sent).some((key) => key.toLowerCase() === name)
  if (!has('content-length') && (bytes.length > 0 || bodyExpected.has(method))) sent['content-length'] = String(bytes.length)
  const options = {
    method,
    headers: sent,
    timeout: timeoutMilliseconds,
    ...(target.protocol === 'https:' && { rejectUnauthorized: verify }),
    ...(!allowsPrivate && { lookup: publicLookup }),
    ...(target.username !== '' && { auth: `${decodeURIComponent(target.username)}:${decodeURIComponent(target.password)}` }),
  }
  return new Promise((resolve, reject) => {
    let isConnected = false
    const request = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, options, resolve)
    request.on('socket', (socket) => {
      if (!socket.connecting) isConnected = true
      else socket.once('connect', () => (isConnected = true))
    })
    request.on('timeout', () => request.destroy(new OutgoingError(isConnected ? 'ReadTimeout' : 'ConnectTimeout', '')))
    request.on('error', (error) => reject(named(error, isConnected)))
    request.end(bytes)
  })
}

/** Resolves a name to addresses that are not private: what was checked before may be another address now. */
const publicLookup: LookupFunction = (host, options, callback) => {
  void publicAddresses(host).then((found) => {
    if ('problem' in found) callback(new OutgoingError('ConnectError', `Refusing to connect to ${pythonRepr(host)}: ${found.problem}`), '')
    else {
      const addresses = found.addresses.map((address) => ({ address, family: isIP(address) }))
      const [first] = addresses
      if (options.all === true) callback(null, addresses)
      else callback(null, first?.address ?? '', first?.family)
    }
  })
}

const names: Readonly<Record<string, readonly [type: string, message: string]>> = {
  ECONNREFUSED: ['ConnectError', 'All connection attempts failed'],
  EHOSTUNREACH: ['ConnectError', 'All connection attempts failed'],
  ENETUNREACH: ['ConnectError', 'All connection attempts failed'],
  ENOTFOUND: ['ConnectError', '[Errno -2] Name or service not known'],
  EAI_AGAIN: ['ConnectError', '[Errno -3] Temporary failure in name resolution'],
  ETIMEDOUT: ['ConnectTimeout', ''],
}

function named(error: NodeJS.ErrnoException, isConnected: boolean): OutgoingError {
  if (error instanceof OutgoingError) return error
  const known = names[error.code ?? '']
  if (known !== undefined) return new OutgoingError(...known)
  if (!isConnected) return new OutgoingError('ConnectError', error.message)
  if (error.message === 'socket hang up') return new OutgoingError('RemoteProtocolError', 'Server disconnected without sending a response.')
  return new OutgoingError(
    error.code === 'ECONNRESET' ? 'ReadError' : 'RemoteProtocolError',
    error.code === 'ECONNRESET' ? '' : error.message,
  )
}

function headersOf({ rawHeaders }: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase()
    const value = rawHeaders[index + 1] ?? ''
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`
  }
  return headers
}

async function textOf(reply: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of reply) {
      const bytes = Buffer.from(chunk as Uint8Array)
      size += bytes.length
      if (size > longestReply) throw new OutgoingError('ReadError', 'The reply is too long.')
      chunks.push(bytes)
    }
  } catch (error) {
    throw error instanceof OutgoingError ? error : new OutgoingError('ReadError', '')
  }
  return decode(Buffer.concat(chunks), reply)
}

function decode(bytes: Buffer, { headers }: IncomingMessage): string {
  let plain = bytes
  for (const encoding of (headers['content-encoding'] ?? '').split(',').reverse()) {
    const decoder = decoders[encoding.trim().toLowerCase()]
    try {
      if (decoder !== undefined && plain.length > 0) plain = decoder(plain)
    } catch (error) {
      throw new OutgoingError('DecodingError', error instanceof Error ? error.message : '')
    }
  }
  const charset = /charset="?([\w-]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(charset).decode(plain)
  } catch {
    return plain.toString('utf8')
  }
}
