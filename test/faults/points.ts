/** Kills at named points. strace delivers the signal at the n-th call of a kind, so the server needs no code for it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { artifact } from '../environment/paths.ts'
import { type Backend, startServer } from '../environment/servers.ts'
import type { Tally } from '../tally.ts'
import { checkIntegrity } from './invariants.ts'
import { createFlow, expectOutboxToDrain, onDatabase, withInspection } from './stage.ts'
import { strace } from './strace.ts'

export async function checkNamedPoints(tally: Tally, backend: Backend, prove: boolean): Promise<void> {
  const repeat = prove ? 10 : 1
  for (let index = 0; index < repeat; index++) {
    await tally.check('killed after a commit, before its reply', () =>
      onDatabase(backend, (database) => beforeReply(backend, database, 40 + index * 7)),
    )
    await tally.check('killed before the outbox is expanded', () => onDatabase(backend, (database) => beforeExpansion(backend, database)))
  }
  for (const part of prove ? [0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95] : [0.3, 0.7]) {
    await tally.check(`killed in the middle of creating the schema (${part})`, () =>
      onDatabase(backend, (database) => duringSchema(backend, database, part)),
    )
  }
}

/** The signal comes when the server is about to send its n-th reply: what that reply tells is committed. */
async function beforeReply(backend: Backend, database: string, nth: number): Promise<void> {
  const under = [
    await strace(),
    '-f',
    '-o',
    artifact('strace-reply.txt'),
    '-e',
    'trace=sendto',
    '-e',
    `inject=sendto:signal=KILL:when=${nth}`,
  ]
  const server = await startServer('ours', { backend, database, under })
  let answered = 0
  try {
    const flow = await createFlow(server.url)
    for (; answered < 200; answered++) {
      const response = await fetch(`${server.url}/flow_runs/`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ flow_id: flow, name: `before-reply-${answered}` }),
      })
      if (response.status !== 201) throw new Error(`status ${response.status}`)
      await response.arrayBuffer()
    }
  } catch {
    // the connection broke: the kill came
  }
  await server.stop()
  if (answered >= 200) throw new Error('the server was never killed: it sends its replies by another call')
  // the one whose reply never left is committed, and whole
  const rows = await withInspection(database, (inspection) =>
    inspection.rows<{ name: string }>("SELECT name FROM flow_run WHERE name LIKE 'before-reply-%'"),
  )
  if (rows.length !== answered + 1) throw new Error(`${answered} runs were acknowledged and one committed, but ${rows.length} are there`)
  await comesBack(backend, database)
}

const mostKills = 8

/** Many events in the outbox, killed at once: the next server expands them. Repeated until the kill comes before that happens. */
async function beforeExpansion(backend: Backend, database: string): Promise<void> {
  const states: string[] = []
  for (let kill = 1, waiting = 0; waiting === 0; kill++) {
    if (kill > mostKills) throw new Error(`the outbox was empty already after each of ${mostKills} kills: they prove nothing`)
    await killWhileCreating(backend, database, states)
    waiting = await withInspection(database, async (inspection) => (await inspection.rows('SELECT id FROM server_outbox')).length)
  }
  await comesBack(backend, database)
  const events = await withInspection(database, (inspection) => inspection.rows<{ id: string }>('SELECT id FROM events'))
  const stored = new Set(events.map(({ id }) => id))
  const missing = states.filter((state) => !stored.has(state))
  if (missing.length > 0) throw new Error(`${missing.length} of ${states.length} acknowledged states have no event`)
}

/** Kills a server after the 300th of 400 runs that are created at once; the acknowledged states go into `states`. */
async function killWhileCreating(backend: Backend, database: string, states: string[]): Promise<void> {
  const server = await startServer('ours', { backend, database })
  let acknowledged = 0
  try {
    const flow = await createFlow(server.url)
    const create = async (index: number): Promise<void> => {
      const response = await fetch(`${server.url}/flow_runs/`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ flow_id: flow, name: `outbox-${index}`, state: { type: 'PENDING' } }),
      })
      if (response.status !== 201) return
      states.push(((await response.json()) as { state_id: string }).state_id)
      if (++acknowledged === 300) server.process.kill('SIGKILL')
    }
    await Promise.allSettled(Array.from({ length: 400 }, (_, index) => create(index)))
  } finally {
    await server.stop()
  }
}

/** An undisturbed start tells how long the schema takes; the next one is killed in the middle of it. */
async function duringSchema(backend: Backend, database: string, part: number): Promise<void> {
  let whole = 0
  await onDatabase(backend, async (other) => {
    const began = performance.now()
    await (await startServer('ours', { backend, database: other })).stop()
    whole = performance.now() - began
  })
  const starting = startServer('ours', {
    backend,
    database,
    onStart: (running) => void sleep(whole * part).then(() => running.kill('SIGKILL')),
  })
  await starting.then((server) => server.stop()).catch(() => undefined)
  await comesBack(backend, database)
}

/** A server opens the database again, finishes what was open, and serves. */
async function comesBack(backend: Backend, database: string): Promise<void> {
  const server = await startServer('ours', { backend, database })
  try {
    await expectOutboxToDrain(database)
    await createFlow(server.url, 'after the crash')
  } finally {
    await server.stop()
  }
  if (backend === 'sqlite') await withInspection(database, checkIntegrity)
}
