/** Kills the server between the arrival of events and what the triggers make of them: each event fires once, none is lost. */
import { setTimeout as sleep } from 'node:timers/promises'
import { waitUntil } from '../environment/processes.ts'
import { type Backend, type Server, startServer } from '../environment/servers.ts'
import { seconds, type Tally } from '../tally.ts'
import type { Inspection } from './inspection.ts'
import { lost } from './invariants.ts'
import { expectOutboxToDrain, onDatabase, withInspection } from './stage.ts'

const clients = 4
/** Events for each firing of the automation that counts. */
const threshold = 5

export async function checkTriggers(tally: Tally, backend: Backend, kills: number, seed: number): Promise<void> {
  await onDatabase(backend, async (database) => {
    let server = await startServer('ours', { backend, database })
    try {
      const each = await createAutomation(server.url, { expect: ['tick'] })
      const counting = await createAutomation(server.url, { expect: ['tick'], threshold, for_each: ['prefect.resource.id'] })
      const acknowledged: string[] = []
      for (let kill = 1; kill <= kills; kill++) {
        const after = 50 + ((seed * 7919 + kill * 104_729) % 600)
        await tally.check(`kill -9 number ${kill} while events arrive, after ${seconds(after)} (seed ${seed})`, async () => {
          acknowledged.push(...(await sendUntilKilled(server, after)))
          server = await startServer('ours', { backend, database })
          await expectTriggersToRest(database)
          await withInspection(database, (inspection) => checkFirings(inspection, acknowledged, each, counting))
        })
      }
    } finally {
      await server.stop()
    }
  })
}

async function createAutomation(api: string, trigger: object): Promise<string> {
  const body = { name: 'crash', trigger: { type: 'event', posture: 'Reactive', ...trigger }, actions: [{ type: 'do-nothing' }] }
  const { id } = (await post(`${api}/automations/`, body)) as { id: string }
  return id
}

/** Clients that send one event after the other; gives the ids of those that were acknowledged. */
async function sendUntilKilled(server: Server, milliseconds: number): Promise<string[]> {
  const acknowledged: string[] = []
  const send = async (client: number): Promise<void> => {
    for (;;) {
      const id = crypto.randomUUID()
      const resource = { 'prefect.resource.id': `client.${client}` }
      try {
        await post(`${server.url}/events`, [{ id, event: 'tick', occurred: new Date().toISOString(), resource }])
      } catch {
        return // the server is dead
      }
      acknowledged.push(id)
    }
  }
  const sending = Promise.all(Array.from({ length: clients }, (_, client) => send(client)))
  await sleep(milliseconds)
  server.process.kill('SIGKILL')
  await sending
  return acknowledged
}

async function post(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`POST ${url}: ${response.status}`)
  const text = await response.text()
  return text === '' ? null : JSON.parse(text)
}

async function expectTriggersToRest(database: string): Promise<void> {
  const batches = (): Promise<number> =>
    withInspection(database, async (inspection) => (await inspection.rows('SELECT id FROM server_trigger_batch')).length)
  await expectOutboxToDrain(database)
  await waitUntil('the end of the trigger batches', async () => (await batches()) === 0, { seconds: 60 })
  // What the triggers fired went into the outbox.
  await expectOutboxToDrain(database)
}

async function checkFirings(database: Inspection, acknowledged: readonly string[], each: string, counting: string): Promise<void> {
  const events = await database.rows<{ id: string; resource_id: string }>(`SELECT id, resource_id FROM events WHERE event = 'tick'`)
  const ids = new Set(events.map(({ id }) => id))
  lost('events', acknowledged, ids)
  const fired = await firings(database, each)
  lost('firings', [...ids], new Set(fired))
  if (fired.length !== ids.size) throw new Error(`${ids.size} events, but ${fired.length} firings`)
  const byClient = Map.groupBy(events, (event) => event.resource_id)
  const expected = [...byClient.values()].reduce((sum, own) => sum + Math.floor(own.length / threshold), 0)
  const counted = (await firings(database, counting)).length
  if (counted !== expected) throw new Error(`${counted} firings of every ${threshold} events, not ${expected}`)
}

/** The ids of the events that made an automation fire. */
async function firings(database: Inspection, automation: string): Promise<string[]> {
  const rows = await database.rows<{ related: unknown }>(
    `SELECT related FROM events WHERE event = 'prefect.automation.triggered' AND resource_id = 'prefect.automation.${automation}'`,
  )
  return rows.map(({ related }) => {
    const resources = (typeof related === 'string' ? JSON.parse(related) : related) as { 'prefect.resource.id': string }[]
    return (resources[0]?.['prefect.resource.id'] ?? '').replace('prefect.event.', '')
  })
}
