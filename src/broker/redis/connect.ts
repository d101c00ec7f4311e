/** Connections to Redis. They never queue: a command either goes out now or fails now, and is never sent twice. */
import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import { Redis, type RedisOptions } from 'ioredis'
import { log } from '../../logging/log.ts'
import { type RedisTls, redisAddress } from './address.ts'
import { sentinelConnector, serverConnector } from './sockets.ts'

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
const connectTimeout = 2000

/** Opens a connection, which comes back by itself when it is lost. */
export function connectRedis({ url, name, commandTimeout, blockingTimeout, socketTimeout }: RedisConnectionOptions): Redis {
  const address = redisAddress(url)
  const [first = { host: 'localhost', port: 6379 }] = address.hosts
  const tls = address.tls && tlsOptions(address.tls)
  const common = {
    connectionName: `prefect-server-${name}`,
    db: address.database,
    ...(address.username !== undefined && { username: address.username }),
    ...(address.password !== undefined && { password: address.password }),
    ...(tls && { tls }),
    ...(commandTimeout !== undefined && { commandTimeout }),
    ...(blockingTimeout !== undefined && { blockingTimeout }),
    ...(socketTimeout !== undefined && { socketTimeout }),
    connectTimeout,
    // By default a command that timed out would be sent later, and take a lock for nobody.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => reconnectMilliseconds,
  } satisfies RedisOptions
  const sentinels = {
    sentinels: address.hosts.map(({ host, port }) => ({ host, port })),
    name: address.service ?? '',
    sentinelRetryStrategy: () => reconnectMilliseconds,
    sentinelCommandTimeout: connectTimeout,
    ...(address.sentinelUsername !== undefined && { sentinelUsername: address.sentinelUsername }),
    ...(address.sentinelPassword !== undefined && { sentinelPassword: address.sentinelPassword }),
    ...(tls && { tls, enableTLSForSentinelMode: true, sentinelTLS: tls }),
  }
  const place =
    address.service === undefined
      ? { ...first, Connector: serverConnector({ ...first, tls }) }
      : { ...sentinels, Connector: sentinelConnector({ ...sentinels, connectTimeout }) }
  // With RESP2, older servers and proxies do, too.
  const redis: Redis = new Redis({ ...common, ...place, protocol: 2 as const })
  let away = false
  redis.on('error', (error) => {
    // Each attempt to connect fails: once is enough.
    if (!away) log.warn({ name, error: error.message }, 'Redis cannot be reached')
    away = true
  })
  redis.on('ready', () => {
    if (away) log.warn({ name }, 'Redis is back')
    away = false
  })
  return redis
}

function tlsOptions({ verify, checkHostname, caFile, certFile, keyFile }: RedisTls): ConnectionOptions {
  return {
    rejectUnauthorized: verify,
    ...(!checkHostname && { checkServerIdentity: () => undefined }),
    ...(caFile !== undefined && { ca: readFileSync(caFile) }),
    ...(certFile !== undefined && { cert: readFileSync(certFile) }),
    ...(keyFile !== undefined && { key: readFileSync(keyFile) }),
  }
}
