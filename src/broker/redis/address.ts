/**
 * Where Redis is, from its URL:
 *
 *   redis://user:password@host:6379/0     rediss://… for TLS
 *   redis+sentinel://user:password@host:26379,host:26379/service/0?sentinel_username=…&sentinel_password=…
 *
 * TLS takes redis-py's options: ssl_ca_certs, ssl_certfile and ssl_keyfile are files, ssl_cert_reqs=none trusts anybody,
 * ssl_check_hostname=false any name.
 */

export interface RedisTls {
  /** The server's certificate must come from a known authority … */
  verify: boolean
  /** … and carry the host's name. */
  checkHostname: boolean
  caFile: string | undefined
  certFile: string | undefined
  keyFile: string | undefined
}

export interface RedisAddress {
  /** The server, or the sentinels that know it. */
  hosts: readonly { host: string; port: number }[]
  /** The name that the sentinels know it by; undefined without sentinels. */
  service: string | undefined
  username: string | undefined
  password: string | undefined
  sentinelUsername: string | undefined
  sentinelPassword: string | undefined
  database: number
  /** Undefined without TLS. */
  tls: RedisTls | undefined
}

const serverPort = 6379
const sentinelPort = 26379

/** Reads a URL; throws a sentence, without the URL in it, which may hold a password. */
export function redisAddress(url: string): RedisAddress {
  const [, scheme, userinfo, hosts, path, query] =
    /^(rediss?(?:\+sentinel)?):\/\/(?:([^@/]*)@)?([^/?]*)(\/[^?]*)?(?:\?(.*))?$/i.exec(url) ?? []
  if (scheme === undefined || hosts === undefined) throw new Error('The URL of Redis cannot be read.')
  const sentinel = /\+sentinel$/i.test(scheme)
  const parts = (path ?? '').split('/').filter((part) => part !== '')
  const service = sentinel ? parts.shift() : undefined
  if (sentinel && service === undefined) {
    throw new Error('The URL of Redis names sentinels and no service: redis+sentinel://host,host/service.')
  }
  const options = new URLSearchParams(query ?? '')
  const database = Number(parts[0] ?? options.get('db') ?? 0)
  if (!Number.isInteger(database) || database < 0 || parts.length > 1)
    throw new Error('The URL of Redis must end with the number of a database.')
  const [username, password] = credentials(userinfo)
  return {
    hosts: hosts.split(',').map((host) => hostAndPort(host, sentinel ? sentinelPort : serverPort)),
    service,
    username,
    password,
    sentinelUsername: options.get('sentinel_username') ?? undefined,
    sentinelPassword: options.get('sentinel_password') ?? undefined,
    database,
    tls: /^rediss/i.test(scheme) ? tlsOf(options) : undefined,
  }
}

function tlsOf(options: URLSearchParams): RedisTls {
  const file = (name: string): string | undefined => options.get(name) ?? undefined
  const verify = !/^(none|cert_none|0)$/i.test(options.get('ssl_cert_reqs') ?? '')
  return {
    verify,
    checkHostname: verify && !/^(false|0|no|off)$/i.test(options.get('ssl_check_hostname') ?? ''),
    caFile: file('ssl_ca_certs'),
    certFile: file('ssl_certfile'),
    keyFile: file('ssl_keyfile'),
  }
}

function credentials(userinfo: string | undefined): [string | undefined, string | undefined] {
  if (userinfo === undefined || userinfo === '') return [undefined, undefined]
  const [user = '', ...rest] = userinfo.split(':')
  const text = (encoded: string): string | undefined => (encoded === '' ? undefined : decodeURIComponent(encoded))
  return [text(user), text(rest.join(':'))]
}

function hostAndPort(text: string, usual: number): { host: string; port: number } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? []
  if (bracketed === undefined && plain === undefined) throw new Error('The URL of Redis has a host that cannot be read.')
  return { host: bracketed ?? (plain || 'localhost'), port: port === undefined ? usual : Number(port) }
}
