/** Connections to Redis. They never queue: a command either goes out now or fails now, and is never sent twice. */
import { Redis, type RedisOptions } from 'ioredis'
import { log } from '../../logging/log.ts'
import { redisAddress } from './address.ts'

export type { Redis }

export interface RedisConnectionOptions {
  url: string
  /** What it is for, in Redis's list of clients. */
  name: string
  /** A command without a reply for so long fails. Not for connections that block. */
  commandTimeout?: number
  /** A blocking command without a reply for so long fails. */
  blockingTimeout?: number
  /** The socket is given up when nothing comes for so long; only where traffic is steady. */
  socketTimeout?: number
}

const reconnectMilliseconds = 200

/** Opens a connection, which comes back by itself when it is lost. */
export function connectRedis({ url, name, commandTimeout, blockingTimeout, socketTimeout }: RedisConnectionOptions): Redis {
  const address = redisAddress(url)
  const [first = { host: 'localhost', port: 6379 }] = address.hosts
  const common = {
    connectionName: `prefect-server-${name}`,
    db: address.database,
    ...(address.username !== undefined && { username: address.username }),
    ...(address.password !== undefined && { password: address.password }),
    ...(address.tls && { tls: {} }),
    ...(commandTimeout !== undefined && { commandTimeout }),
    ...(blockingTimeout !== undefined && { blockingTimeout }),
    ...(socketTimeout !== undefined && { socketTimeout }),
    connectTimeout: 2000,
    // By default a command that timed out would be sent later, and take a lock for nobody.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => reconnectMilliseconds,
  } satisfies RedisOptions
  const place =
    address.service === undefined
      ? { host: first.host, port: first.port }
      : {
          sentinels: address.hosts.map(({ host, port }) => ({ host, port })),
          name: address.service,
          sentinelRetryStrategy: () => reconnectMilliseconds,
          ...(address.sentinelUsername !== undefined && { sentinelUsername: address.sentinelUsername }),
          ...(address.sentinelPassword !== undefined && { sentinelPassword: address.sentinelPassword }),
          ...(address.tls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
        }
  // With RESP2, older servers and proxies do, too.
  const redis: Redis = new Redis({ ...common, ...place, protocol: 2 as const })
  let told = ''
  redis.on('error', (error) => {
    // Each attempt to connect fails with the same words: once is enough.
    if (error.message !== told) log.warn({ name, error: error.message }, 'Redis cannot be reached')
    told = error.message
  })
  redis.on('ready', () => {
    if (told !== '') log.warn({ name }, 'Redis is back')
    told = ''
  })
  return redis
}
