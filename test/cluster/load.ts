/** A pod that is asked to stop while clients write: what it accepted it answers, and what it answered is there. */
import { Agent, request } from 'node:http'
import { withClient } from '../environment/postgres.ts'
import type { Server } from '../environment/servers.ts'
import { type Cluster, eventually } from './pods.ts'

const clients = 8
const beforeStop = 200

export async function underLoad(pods: Cluster): Promise<void> {
  const pod = await pods.start()
  const names: string[] = []
  const failures: string[] = []
  let stopped = false
  const client = async (number: number): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (let count = 0; !stopped; count++) {
      const name = `load-${number}-${count}`
      const answer = await createFlow(pod, name, agent)
      if (answer === 'refused') break
      if (answer === 201) names.push(name)
      else failures.push(String(answer))
    }
    agent.destroy()
  }
  const load = Promise.all(Array.from({ length: clients }, (_, number) => client(number)))
  await eventually(`${beforeStop} flows`, async () => (names.length >= beforeStop || failures.length > 0 ? true : undefined), 60)
  pod.process.kill('SIGTERM')
  const code = await pod.process.exited
  stopped = true
  await load
  await pods.remove(pod)
  if (code !== 0) throw new Error(`exit code ${code}`)
  if (failures.length > 0) throw new Error(`${failures.length} requests failed: ${failures.slice(0, 3).join(', ')}`)
  const there = await withClient(pods.database.url, async (database) => {
    const { rows } = await database.query<{ name: string }>("SELECT name FROM flow WHERE name LIKE 'load-%'")
    return new Set(rows.map(({ name }) => name))
  })
  const lost = names.filter((name) => !there.has(name))
  if (lost.length > 0) throw new Error(`${lost.length} of ${names.length} acknowledged flows are missing`)
  console.log(`    ${names.length} flows acknowledged, all there`)
}

/** The status; `refused` when the connection was closed without taking the request, so that a client may repeat it. */
function createFlow(pod: Server, name: string, agent: Agent): Promise<number | 'refused' | 'lost'> {
  const body = JSON.stringify({ name })
  return new Promise((resolve) => {
    const sent = request(
      `${pod.url}/flows/`,
      { method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } },
      (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode ?? 0))
        response.on('error', () => resolve('lost'))
      },
    )
    sent.on('error', (error) => {
      const code = 'code' in error ? error.code : undefined
      resolve(code === 'ECONNREFUSED' || (code === 'ECONNRESET' && sent.reusedSocket) ? 'refused' : 'lost')
    })
    sent.end(body)
  })
}
