/** What a dashboard asks again and again, over many runs. */
import type { Case } from '../case.ts'
import { runsToFill } from '../sizes.ts'

interface Question {
  name: string
  path: string
  body: unknown
}

const halfHours = 48

const questions: readonly Question[] = [
  { name: 'filter 200 newest', path: '/flow_runs/filter', body: { sort: 'START_TIME_DESC', limit: 200 } },
  { name: 'filter 200 expected', path: '/flow_runs/filter', body: { sort: 'EXPECTED_START_TIME_DESC', limit: 200 } },
  { name: 'paginate', path: '/flow_runs/paginate', body: { sort: 'EXPECTED_START_TIME_DESC', limit: 50, page: 2 } },
  { name: 'count failed', path: '/flow_runs/count', body: { flow_runs: { state: { type: { any_: ['FAILED', 'CRASHED'] } } } } },
  {
    name: 'history of a day',
    path: '/flow_runs/history',
    get body() {
      const end = Date.now()
      const start = end - halfHours * 1_800_000
      return { history_start: new Date(start).toISOString(), history_end: new Date(end).toISOString(), history_interval_seconds: 1800 }
    },
  },
  { name: 'lateness', path: '/flow_runs/lateness', body: {} },
]

export const dashboards: readonly Case[] = questions.map(({ name, path, body }) => ({
  name: `dashboard: ${name}`,
  unit: 'query',
  connections: { ours: [1, 4], reference: [1, 4] },
  bar: { sqlite: 20, postgres: 20 },
  latencyBar: 0.1,
  filled: { runs: runsToFill() },
  async prepare() {
    const text = JSON.stringify(body)
    return { kind: 'requests', unitsPerRequest: 1, count: null, next: () => ({ method: 'POST', path: `/api${path}`, body: text }) }
  },
}))
