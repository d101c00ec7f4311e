/** Ways to Redis other than a plain address: TLS, a password, Sentinel with a failover. */
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, it } from 'vitest'
import { RedisBroker } from '../../../src/broker/redis/broker.ts'
import { freePort } from '../../environment/ports.ts'
import { findCommand, type Running, run, start } from '../../environment/processes.ts'

const server = findCommand('redis-server')
if (server === null) console.log('no redis-server: TLS and Sentinel are not tested')

const running: Running[] = []
const brokers: RedisBroker[] = []

afterEach(async () => {
  await Promise.all(brokers.splice(0).map((broker) => broker.close()))
  for (const each of running) each.kill('SIGKILL')
  await Promise.all(running.splice(0).map(({ exited }) => exited))
})

async function folder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'prefect-redis-'))
}

async function launch(args: readonly string[]): Promise<Running> {
  const each = start(server ?? '', args, { log: join(await folder(), 'redis.log') })
  running.push(each)
  return each
}

const quiet = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']

async function pod(url: string): Promise<{ broker: RedisBroker; news: string[] }> {
  const news: string[] = []
  const broker = new RedisBroker({ url, onNews: (topic) => news.push(topic) })
  brokers.push(broker)
  await until(() => broker.status.connected)
  return { broker, news }
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 50_000
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('it does not come')
    await sleep(20)
  }
}

/** Asks a server by the command of its protocol; an empty answer when it does not listen yet. */
async function ask(port: number, ...command: [string, ...string[]]): Promise<unknown> {
  const redis = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: null })
  redis.on('error', () => {})
  try {
    await redis.connect()
    return await redis.call(...command)
  } catch {
    return ''
  } finally {
    redis.disconnect()
  }
}

async function hearEachOther(url: string): Promise<void> {
  const [one, other] = [await pod(url), await pod(url)]
  await until(() => {
    one.broker.publish('news', Buffer.from(''))
    return other.news.length > 0
  })
}

describe.skipIf(server === null)('pods reach Redis', { timeout: 120_000 }, () => {
  it('with a password, in a database of its own', async () => {
    const port = await freePort()
    await launch(['--port', String(port), '--requirepass', 's3cret', ...quiet])
    await hearEachOther(`redis://:s3cret@127.0.0.1:${port}/3`)
  })

  it('over TLS with an authority of their own', async () => {
    const at = await folder()
    const [key, cert] = [join(at, 'key.pem'), join(at, 'cert.pem')]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
    const made = await run('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
      ...subject,
    ])
    expect(made.code, made.output).toBe(0)
    const port = await freePort()
    const tls = ['--tls-port', String(port), '--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', cert]
    await launch(['--port', '0', ...tls, '--tls-auth-clients', 'no', ...quiet])
    await hearEachOther(`rediss://127.0.0.1:${port}?ssl_ca_certs=${cert}`)
    await hearEachOther(`rediss://127.0.0.1:${port}?ssl_cert_reqs=none`)
    const distrustful = new RedisBroker({ url: `rediss://127.0.0.1:${port}`, onNews: () => {} })
    brokers.push(distrustful)
    await sleep(500)
    expect(distrustful.status.connected).toBe(false)
  })

  it('by Sentinel, and follow it to another server', async () => {
    const [first, second, sentinel] = [await freePort(), await freePort(), await freePort()]
    const primary = await launch(['--port', String(first), ...quiet])
    await launch(['--port', String(second), '--replicaof', '127.0.0.1', String(first), ...quiet])
    // A sentinel promotes replicas that it knows, and looks for them every ten seconds only.
    await until(async () => String(await ask(second, 'INFO', 'replication')).includes('master_link_status:up'))
    const config = join(await folder(), 'sentinel.conf')
    const lines = [
      `port ${sentinel}`,
      'bind 127.0.0.1',
      `sentinel monitor prefect 127.0.0.1 ${first} 1`,
      'sentinel down-after-milliseconds prefect 500',
      'sentinel failover-timeout prefect 3000',
    ]
    await writeFile(config, `${lines.join('\n')}\n`)
    await launch([config, '--sentinel'])
    const url = `redis+sentinel://127.0.0.1:${sentinel}/prefect/0`
    const [one, other] = [await pod(url), await pod(url)]
    const heard = async (): Promise<void> => {
      const before = other.news.length
      await until(() => {
        one.broker.publish('news', Buffer.from(''))
        return other.news.length > before
      })
    }
    await heard()
    await until(async () => String(await ask(sentinel, 'SENTINEL', 'REPLICAS', 'prefect')).includes(String(second)))
    primary.kill('SIGKILL')
    await primary.exited
    await heard()
  })
})
