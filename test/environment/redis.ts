/** A Redis for the tests: the one on 127.0.0.1, or a private one that ends with the run. */
import { connect } from 'node:net'
import { Missing, once } from './missing.ts'
import { artifact } from './paths.ts'
import { freePort } from './ports.ts'
import { findCommand, type Running, start, waitUntil } from './processes.ts'

const usual = process.env['PREFECT_TEST_REDIS_URL'] ?? 'redis://127.0.0.1:6379'

/** The URL of a Redis; tests use database 15 or prefixes of their own. */
export const redis = once(async () => ((await answers(usual)) ? usual : (await startRedis()).url))

export interface PrivateRedis {
  url: string
  process: Running
  /** Ends it at once; what it held is lost. */
  stop(): Promise<void>
  /** Starts it again, empty, where it was. */
  start(): Promise<void>
}

/** Starts a Redis of our own, which keeps nothing on disk. */
export async function startRedis(): Promise<PrivateRedis> {
  const command = findCommand('redis-server', ['/usr/local/bin', '/opt/homebrew/bin'])
  if (command === null) throw new Missing('no redis-server to start a private Redis with')
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  const launch = async (): Promise<Running> => {
    const server = start(command, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
      log: artifact(`redis-${port}.log`),
    })
    await waitUntil('private Redis', () => answers(url), { process: server, seconds: 20 })
    return server
  }
  const own = {
    url,
    process: await launch(),
    async stop() {
      own.process.kill('SIGKILL')
      await own.process.exited
    },
    async start() {
      own.process = await launch()
    },
  }
  return own
}

function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 6379), timeout: 2000 }, () => socket.write('PING\r\n'))
    const end = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.on('data', (data) => end(data.toString().startsWith('+PONG')))
    socket.on('error', () => end(false))
    socket.on('timeout', () => end(false))
  })
}
