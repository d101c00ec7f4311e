/** Free TCP ports on 127.0.0.1, from TEST_PORT_BASE (4450) upwards, no port twice in a run. */
import { createServer } from 'node:net'

let next = Number(process.env['TEST_PORT_BASE'] ?? 4450)

export async function freePort(): Promise<number> {
  for (;;) {
    const port = next++
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
