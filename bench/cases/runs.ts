/** The hot paths: runs are created, driven through their states, and read. */
import type { Case, Site } from '../case.ts'
import type { Job } from '../load.ts'

const wide = { ours: [16, 64, 128], reference: [1, 4, 16] }

const countRuns =
  ({ database }: Site) =>
  (): Promise<number> =>
    database.number('SELECT count(*) FROM flow_run')

export const health: Case = {
  name: 'health',
  unit: 'request',
  connections: wide,
  bar: { sqlite: 20, postgres: 20 },
  async prepare() {
    return { kind: 'requests', unitsPerRequest: 1, count: null, next: () => ({ method: 'GET', path: '/api/health' }) }
  },
}

export const createFlowRuns: Case = {
  name: 'create flow runs',
  unit: 'run',
  connections: wide,
  bar: { sqlite: 80, postgres: 50 },
  async prepare(site) {
    const body = JSON.stringify({ flow_id: await site.api.create('/flows/', { name: 'created' }), state: { type: 'PENDING' } })
    return {
      kind: 'requests',
      unitsPerRequest: 1,
      count: countRuns(site),
      next: () => ({ method: 'POST', path: '/api/flow_runs/', body }),
    }
  },
}

const steps = ['PENDING', 'RUNNING', 'COMPLETED'].map((type) => JSON.stringify({ state: { type } }))

export const lifecycle: Case = {
  name: 'full lifecycle',
  unit: 'lifecycle',
  connections: wide,
  bar: { sqlite: 50, postgres: 40 },
  async prepare({ api, database }) {
    const create = JSON.stringify({ flow_id: await api.create('/flows/', { name: 'lifecycle' }), state: { type: 'SCHEDULED' } })
    const under: { run: string; step: number }[] = []
    return {
      kind: 'requests',
      unitsPerRequest: 1 / (steps.length + 1),
      // states, not runs: those under way at the end count for what they reached
      count: () => database.number(`SELECT (SELECT count(*) FROM flow_run_state) * ${1 / (steps.length + 1)}`),
      next(connection, previous) {
        // a connection of the next measurement begins anew
        const current = previous === null ? undefined : under[connection]
        if (current !== undefined && current.step === 0 && previous !== null) current.run = JSON.parse(previous.body).id
        const step = current?.step ?? steps.length
        const body = steps[step]
        if (current === undefined || body === undefined) {
          under[connection] = { run: '', step: 0 }
          return { method: 'POST', path: '/api/flow_runs/', body: create }
        }
        current.step = step + 1
        return { method: 'POST', path: `/api/flow_runs/${current.run}/set_state`, body }
      },
    }
  },
}

export const setState: Case = {
  name: 'set state',
  unit: 'transition',
  connections: wide,
  bar: { sqlite: 50, postgres: 40 },
  latencyBar: 0.1,
  async prepare({ api, database }) {
    const flow = await api.create('/flows/', { name: 'transitions' })
    const runs: string[] = []
    for (let index = 0; index < 128; index++) runs.push(await api.create('/flow_runs/', { flow_id: flow }))
    const body = JSON.stringify({ state: { type: 'RUNNING' }, force: true })
    return {
      kind: 'requests',
      unitsPerRequest: 1,
      count: () => database.number('SELECT count(*) FROM flow_run_state'),
      next: (connection): Job => ({ method: 'POST', path: `/api/flow_runs/${runs[connection % runs.length]}/set_state`, body }),
    }
  },
}

export const readRun: Case = {
  name: 'read one run',
  unit: 'read',
  connections: wide,
  bar: { sqlite: 60, postgres: 40 },
  async prepare({ api }) {
    const flow = await api.create('/flows/', { name: 'reads' })
    const run = await api.create('/flow_runs/', { flow_id: flow, state: { type: 'PENDING' }, tags: ['bench'], parameters: { x: 1 } })
    return { kind: 'requests', unitsPerRequest: 1, count: null, next: () => ({ method: 'GET', path: `/api/flow_runs/${run}` }) }
  },
}

export const readVariable: Case = {
  name: 'read one variable',
  unit: 'read',
  connections: wide,
  bar: { sqlite: 60, postgres: 40 },
  async prepare({ api }) {
    await api.create('/variables/', { name: 'bench', value: { a: 1 } })
    return { kind: 'requests', unitsPerRequest: 1, count: null, next: () => ({ method: 'GET', path: '/api/variables/name/bench' }) }
  },
}
