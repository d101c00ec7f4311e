/** What workers and their runs do all day: logs, limits, polling. */
import type { Case } from '../case.ts'

const narrow = { ours: [4, 16], reference: [1, 4] }

function logs(batch: number, bar: number): Case {
  return {
    name: `logs in batches of ${batch}`,
    unit: 'row',
    connections: narrow,
    bar: { sqlite: bar, postgres: bar },
    async prepare({ api, database }) {
      const flow = await api.create('/flows/', { name: 'logging' })
      const run = await api.create('/flow_runs/', { flow_id: flow })
      const rows = Array.from({ length: batch }, (_, index) => ({
        name: 'prefect.flow_runs',
        level: 20,
        message: `line ${index} of a log that says what the flow is doing now`,
        timestamp: new Date(Date.now() + index).toISOString(),
        flow_run_id: run,
      }))
      const body = JSON.stringify(rows)
      return {
        kind: 'requests',
        unitsPerRequest: batch,
        count: () => database.number('SELECT count(*) FROM log'),
        next: () => ({ method: 'POST', path: '/api/logs/', body }),
      }
    },
  }
}

export const logsOf50 = logs(50, 20)
export const logsOf500 = logs(500, 20)

export const limits: Case = {
  name: 'limit increment + decrement',
  unit: 'pair',
  connections: { ours: [16, 64], reference: [1, 4] },
  bar: { sqlite: 50, postgres: 20 },
  async prepare({ api }) {
    await api.create('/v2/concurrency_limits/', { name: 'bench', limit: 10_000 })
    const body = JSON.stringify({ names: ['bench'], slots: 1, mode: 'concurrency' })
    const release = JSON.stringify({ names: ['bench'], slots: 1, occupancy_seconds: 0.1 })
    const held: boolean[] = []
    return {
      kind: 'requests',
      unitsPerRequest: 0.5,
      count: null,
      next(connection) {
        held[connection] = held[connection] !== true
        return held[connection]
          ? { method: 'POST', path: '/api/v2/concurrency_limits/increment', body }
          : { method: 'POST', path: '/api/v2/concurrency_limits/decrement', body: release }
      },
    }
  },
}

export const polling: Case = {
  name: 'work-pool polling over 10k runs',
  unit: 'poll',
  connections: { ours: [16, 50], reference: [1, 4] },
  bar: { sqlite: 40, postgres: 25 },
  filled: { runs: 1000, scheduled: 10_000 },
  async prepare() {
    const body = JSON.stringify({ work_queue_names: [], scheduled_before: new Date(Date.now() + 10_000).toISOString(), limit: 10 })
    return {
      kind: 'requests',
      unitsPerRequest: 1,
      count: null,
      next: () => ({ method: 'POST', path: '/api/work_pools/bench/get_scheduled_flow_runs', body }),
    }
  },
}
