/** A TCP proxy before PostgreSQL that misbehaves when a client says COMMIT. Connections must not be encrypted. */
import { connect, createServer, type Socket } from 'node:net'

export type Fault =
  | 'none'
  | 'cut before' // the server never hears of COMMIT, and sees the connection end
  | 'cut after' // the server commits, the answer is lost
  | 'leave open' // the client is cut off, the server waits for it
  | 'swallow' // nothing more is passed on, in either direction

export interface FaultProxy {
  readonly port: number
  fault: Fault
  /** Refuses new connections. */
  down: boolean
  /** Refuses start-up options, as PgBouncer does. */
  refuseOptions: boolean
  close(): Promise<void>
}

export async function faultProxy(serverPort: number): Promise<FaultProxy> {
  const sockets = new Set<Socket>()
  const proxy = { port: 0, fault: 'none' as Fault, down: false, refuseOptions: false, close: async () => {} }
  const server = createServer((client) => {
    if (proxy.down) return void client.destroy()
    const upstream = connect(serverPort, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
    }
    let met: Fault = 'none'
    client.on('data', (data) => {
      if (met !== 'none') return
      if (proxy.refuseOptions && data.includes('\0options\0')) return void client.end(startupRefusal)
      if (data.includes('COMMIT')) {
        met = proxy.fault
        proxy.fault = 'none'
      }
      if (met === 'cut after') upstream.once('data', () => client.destroy())
      if (met === 'none' || met === 'cut after') upstream.write(data)
      if (met === 'cut before') upstream.destroy()
      if (met === 'cut before' || met === 'leave open') client.destroy()
    })
    upstream.on('data', (data) => {
      if (met === 'none') client.write(data)
    })
    upstream.on('close', () => client.destroy())
    client.on('close', () => {
      if (met !== 'leave open') upstream.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  proxy.port = typeof address === 'object' && address ? address.port : 0
  proxy.close = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  return proxy
}

/** An ErrorResponse of the protocol. */
const startupRefusal = errorResponse('S', 'FATAL', 'V', 'FATAL', 'C', '08P01', 'M', 'unsupported startup parameter: options')

function errorResponse(...fields: string[]): Buffer {
  let body = ''
  for (let index = 0; index < fields.length; index += 2) body += `${fields[index]}${fields[index + 1]}\0`
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 5)
  return Buffer.concat([Buffer.from('E'), length, Buffer.from(`${body}\0`)])
}
