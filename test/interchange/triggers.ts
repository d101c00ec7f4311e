/** Triggers that have seen half of what they wait for when the other server takes over the database. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { waitUntil } from '../environment/processes.ts'
import type { Session } from './session.ts'

/** Ids of automations: one waits for two events of different kinds, one for two of the same kind and labels. */
export type Waiting = [string, string]

/** Buckets are found by text that must be spelled the same way: here are letters beyond ASCII, and quotes. */
const label = `Zoë's "thing"`

export async function beginTriggers(server: Session): Promise<Waiting> {
  const automation = async (name: string, trigger: object): Promise<string> => {
    const { id } = await server.post('/automations/', { name, trigger, actions: [{ type: 'do-nothing' }] })
    return id
  }
  const children = ['one', 'two'].map((event) => ({ posture: 'Reactive', expect: [event] }))
  const compound = await automation('compound', { type: 'compound', require: 'all', within: 600, triggers: children })
  const repeated = { posture: 'Reactive', expect: ['three'], threshold: 2, within: 600, for_each: ['label', 'prefect.resource.id'] }
  const counting = await automation('counting', repeated)
  // The reference hears of an automation a moment after it was made.
  await sleep(1000)
  await emit(server, 'one')
  await emit(server, 'three')
  // What its triggers have seen they write at once, but nobody tells when.
  await sleep(2000)
  return [compound, counting]
}

export async function endTriggers(server: Session, automations: Waiting): Promise<void> {
  await emit(server, 'two')
  await emit(server, 'three')
  for (const id of automations)
    await waitUntil(`the firing of automation ${id}`, async () => (await firings(server, id)) === 1, { seconds: 30 })
}

async function emit(server: Session, event: string): Promise<void> {
  const resource = { 'prefect.resource.id': 'thing', label }
  await server.post('/events', [{ id: randomUUID(), event, occurred: new Date().toISOString(), resource }])
}

async function firings(server: Session, id: string): Promise<number> {
  const filter = { event: { name: ['prefect.automation.triggered'] }, resource: { id: [`prefect.automation.${id}`] } }
  const { total } = await server.post('/events/filter', { filter })
  return Number(total)
}
