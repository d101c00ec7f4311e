/** A TCP proxy that can go half-open: connections stay, and nothing comes through any more. */
import { connect, createServer, type Socket } from 'node:net'

export interface Proxy {
  readonly port: number
  /** Bytes vanish, in both directions; new connections open and stay silent. */
  cut: boolean
  close(): Promise<void>
}

export async function startProxy(target: { host: string; port: number }): Promise<Proxy> {
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  }
  const proxy: { port: number; cut: boolean; close: () => Promise<void> } = { port: 0, cut: false, close: async () => {} }
  const server = createServer((client) => {
    const upstream = connect(target)
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      keep(socket)
      socket.on('data', (data) => !proxy.cut && other.write(data))
      socket.on('end', () => !proxy.cut && other.end())
    }
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
