/** What one pod commits is heard on the websockets of another. */
import { randomUUID } from 'node:crypto'
import WebSocket from 'ws'
import type { Server } from '../environment/servers.ts'

const always = { occurred: { since: '2020-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z' } }

/** Follows the events of `other` while `one` gets some; resolves when they are heard. */
export async function hearsEvents(one: Server, other: Server): Promise<void> {
  const socket = new WebSocket(`${other.url.replace('http', 'ws')}/events/out`, 'prefect')
  const heard = new Set<string>()
  try {
    await new Promise((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as { type: string; event?: { event: string } }
      if (message.event) heard.add(message.event.event)
    })
    socket.send(JSON.stringify({ type: 'auth', token: null }))
    socket.send(JSON.stringify({ type: 'filter', backfill: false, filter: always }))
    const end = performance.now() + 30_000
    // The filter takes effect at some moment after it was sent: what comes then is heard.
    for (let count = 0; heard.size === 0; count++) {
      if (performance.now() > end) throw new Error('no event came from the other pod')
      await post(one, `over-there-${count}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  } finally {
    socket.terminate()
  }
}

async function post(pod: Server, event: string): Promise<void> {
  const body = [{ id: randomUUID(), occurred: new Date().toISOString(), event, resource: { 'prefect.resource.id': 'test.cluster' } }]
  const response = await fetch(`${pod.url}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`posting an event answered ${response.status}`)
}
