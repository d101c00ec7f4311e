/** Task-run events over the websocket until their task runs are visible. */
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import WebSocket from 'ws'
import type { Case, Site } from '../case.ts'

/** Given to a server that does not become visible before it counts as lost. */
const patienceMilliseconds = 60_000

/** Events of one measurement, at most: the reference would take minutes for what it was sent in a few seconds. */
const limits = { ours: 20_000, reference: 400 }

export const taskRunEvents: Case = {
  name: 'websocket events to task runs',
  unit: 'event',
  connections: { ours: [2, 8], reference: [1, 4] },
  bar: { sqlite: 40, postgres: 40 },
  async prepare(site) {
    const flow = await site.api.create('/flows/', { name: 'emitting' })
    const run = await site.api.create('/flow_runs/', { flow_id: flow })
    return {
      kind: 'custom',
      async run(connections, milliseconds) {
        const before = await taskRuns(site)
        const began = performance.now()
        const sent = await Promise.all(
          Array.from({ length: connections }, () => emit(site.socketUrl, run, milliseconds, limits[site.side] / connections)),
        )
        const units = sent.reduce((sum, count) => sum + count, 0)
        const visible = await settled(site, before + units)
        return { units: visible - before, lost: before + units - visible, seconds: (performance.now() - began) / 1000 }
      },
    }
  },
}

const taskRuns = ({ database }: Site): Promise<number> => database.number('SELECT count(*) FROM task_run')

/** Waits until the table holds `wanted` rows, as long as it grows. */
async function settled(site: Site, wanted: number): Promise<number> {
  const deadline = performance.now() + patienceMilliseconds
  for (;;) {
    const now = await taskRuns(site)
    if (now >= wanted || performance.now() > deadline) return now
    await sleep(100)
  }
}

/** As the real client: after so many events a ping, and what no pong has confirmed is sent again on the next connection. */
const checkpoint = 200

/** Sends events of new task runs as fast as the socket takes them, and gives their number. */
async function emit(socketUrl: string, flowRun: string, milliseconds: number, limit: number): Promise<number> {
  const deadline = performance.now() + milliseconds
  let unconfirmed: string[] = []
  let sent = 0
  while (unconfirmed.length > 0 || (performance.now() < deadline && sent < limit)) {
    const socket = new WebSocket(`${socketUrl}/events/in`, { perMessageDeflate: false })
    try {
      await once(socket, 'open')
      for (const text of unconfirmed) socket.send(text)
      await confirmed(socket)
      unconfirmed = []
      while (performance.now() < deadline && sent < limit) {
        for (let burst = 0; burst < checkpoint && sent < limit; burst++, sent++) {
          const text = JSON.stringify(taskRunEvent(flowRun, sent))
          unconfirmed.push(text)
          socket.send(text)
        }
        await confirmed(socket)
        unconfirmed = []
      }
    } catch {
      // closed with 1013: the server has as much as it can hold; the rest comes again
      await sleep(100)
    } finally {
      socket.close()
    }
  }
  return sent
}

/** Resolves when the server has answered a ping; rejects when it has closed the socket. */
function confirmed(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(new Error('the socket was closed'))
    socket.once('pong', () => {
      socket.off('close', fail)
      resolve()
    })
    socket.once('close', fail)
    socket.ping()
  })
}

function taskRunEvent(flowRun: string, index: number): unknown {
  const id = crypto.randomUUID()
  const now = new Date().toISOString()
  const state = { type: 'RUNNING', name: 'Running', message: '', state_details: {}, data: null }
  return {
    id: crypto.randomUUID(),
    occurred: now,
    event: 'prefect.task-run.Running',
    resource: {
      'prefect.resource.id': `prefect.task-run.${id}`,
      'prefect.resource.name': `task-${index}`,
      'prefect.run-count': '1',
      'prefect.state-message': '',
      'prefect.state-type': 'RUNNING',
      'prefect.state-name': 'Running',
      'prefect.state-timestamp': now,
      'prefect.orchestration': 'client',
    },
    related: [{ 'prefect.resource.id': `prefect.flow-run.${flowRun}`, 'prefect.resource.role': 'flow-run' }],
    payload: {
      intended: { from: 'PENDING', to: 'RUNNING' },
      initial_state: { type: 'PENDING', name: 'Pending', message: '', state_details: {} },
      validated_state: state,
      task_run: {
        task_key: 'task',
        dynamic_key: `${index}-${id}`,
        name: `task-${index}`,
        empirical_policy: {},
        tags: [],
        task_inputs: {},
        run_count: 1,
        flow_run_run_count: 1,
        start_time: now,
        expected_start_time: now,
      },
    },
  }
}
