/**
 * How ioredis gets its sockets. It listens for one error of each; a second one (TLS may report what follows from the first)
 * would be nobody's, and end the process.
 */
import { createConnection, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { AbstractConnector, type SentinelConnectionOptions, SentinelConnector } from 'ioredis'

const disconnectTimeout = 2000

function listenForever<Stream extends Socket>(stream: Stream): Stream {
  stream.on('error', () => {})
  return stream
}

export interface ServerPlace {
  host: string
  port: number
  tls: ConnectionOptions | undefined
}

/** A connector to one server. */
export function serverConnector({ host, port, tls }: ServerPlace): new () => AbstractConnector {
  return class extends AbstractConnector {
    constructor() {
      super(disconnectTimeout)
    }

    async connect(): Promise<Socket> {
      this.connecting = true
      const stream = listenForever(tls === undefined ? createConnection({ host, port }) : connectTls({ host, port, ...tls }))
      stream.on('error', (error) => {
        this.firstError = error
      })
      this.stream = stream
      return stream
    }
  }
}

/** A connector to the server that sentinels name. */
export function sentinelConnector(options: SentinelConnectionOptions): new () => AbstractConnector {
  return class extends SentinelConnector {
    constructor() {
      super({ role: 'master', updateSentinels: true, disconnectTimeout, ...options })
    }

    override async connect(emit: (type: string, error: Error) => void): Promise<Socket> {
      return listenForever(await super.connect(emit))
    }
  }
}
