import { describe, expect, it } from 'vitest'
import { redisAddress } from '../../../src/broker/redis/address.ts'

const plain = {
  service: undefined,
  username: undefined,
  password: undefined,
  sentinelUsername: undefined,
  sentinelPassword: undefined,
  database: 0,
  tls: undefined,
}

const tls = { verify: true, checkHostname: true, caFile: undefined, certFile: undefined, keyFile: undefined }

describe('the address of Redis', () => {
  it.each([
    ['redis://localhost', { ...plain, hosts: [{ host: 'localhost', port: 6379 }] }],
    ['redis://redis:7000/3', { ...plain, hosts: [{ host: 'redis', port: 7000 }], database: 3 }],
    ['redis://redis?db=4', { ...plain, hosts: [{ host: 'redis', port: 6379 }], database: 4 }],
    ['rediss://:p%40ss@h/', { ...plain, hosts: [{ host: 'h', port: 6379 }], password: 'p@ss', tls }],
    [
      'rediss://h?ssl_cert_reqs=none&ssl_ca_certs=/ca.pem&ssl_certfile=c&ssl_keyfile=k',
      {
        ...plain,
        hosts: [{ host: 'h', port: 6379 }],
        tls: { verify: false, checkHostname: false, caFile: '/ca.pem', certFile: 'c', keyFile: 'k' },
      },
    ],
    ['rediss://h?ssl_check_hostname=False', { ...plain, hosts: [{ host: 'h', port: 6379 }], tls: { ...tls, checkHostname: false } }],
    ['redis://user:a:b@[::1]:6380', { ...plain, hosts: [{ host: '::1', port: 6380 }], username: 'user', password: 'a:b' }],
    [
      'redis+sentinel://u:p@a,b:26380,[::1]/mymaster/2?sentinel_password=s',
      {
        ...plain,
        hosts: [
          { host: 'a', port: 26379 },
          { host: 'b', port: 26380 },
          { host: '::1', port: 26379 },
        ],
        service: 'mymaster',
        username: 'u',
        password: 'p',
        sentinelPassword: 's',
        database: 2,
      },
    ],
  ])('reads %s', (url, address) => {
    expect(redisAddress(url)).toEqual(address)
  })

  it.each(['redis://h/x', 'redis://h/1/2', 'redis+sentinel://a,b', 'nothing'])('refuses %s, without repeating it', (url) => {
    expect(() => redisAddress(url)).toThrow(/^The URL of Redis(?!.*\/\/h\/)/)
  })
})
