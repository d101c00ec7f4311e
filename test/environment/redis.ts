/** A Redis for the tests: the one on 127.0.0.1, or a private one that ends with the run. */
import { connect } from 'node:net'
import { Missing, once } from './missing.ts'
import { artifact } from './paths.ts'
import { freePort } from './ports.ts'
import { findCommand, start, waitUntil } from './processes.ts'

const usual = process.env['PREFECT_TEST_REDIS_URL'] ?? 'redis://127.0.0.1:6379'

/** The URL of a Redis; tests use database 15 or prefixes of their own. */
export const redis = once(async () => {
  if (await answers(usual)) return usual
  const command = findCommand('redis-server', ['/usr/local/bin', '/opt/homebrew/bin'])
  if (command === null) throw new Missing('no Redis on 127.0.0.1:6379, and no redis-server to start a private one with')
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  const server = start(command, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
    log: artifact(`redis-${port}.log`),
  })
  await waitUntil('private Redis', () => answers(url), { process: server, seconds: 20 })
  return url
})

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
