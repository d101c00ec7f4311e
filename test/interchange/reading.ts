/** Everything that a server shows of its database: each list, and each object by itself. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Json, Session } from './session.ts'

/** Lists: path and body of a filter, and where an object of the list is found by itself. */
const lists: readonly { path: string; body?: object; one?: (item: Json) => string[] }[] = [
  { path: '/flows/filter', body: { sort: 'NAME_ASC' }, one: (flow) => [`/flows/${flow.id}`, `/flows/name/${flow['name']}`] },
  {
    path: '/flow_runs/filter',
    body: { sort: 'NAME_ASC' },
    one: ({ id }) => [
      `/flow_runs/${id}`,
      `/flow_runs/${id}/graph-v2`,
      `/flow_run_states/?flow_run_id=${id}`,
      `/flow_runs/${id}/logs/download`,
    ],
  },
  {
    path: '/task_runs/filter',
    body: { sort: 'NAME_ASC' },
    one: ({ id }) => [`/task_runs/${id}`, `/task_run_states/?task_run_id=${id}`, `/ui/task_runs/${id}`],
  },
  { path: '/deployments/filter', body: { sort: 'NAME_ASC' }, one: ({ id }) => [`/deployments/${id}`, `/deployments/${id}/schedules`] },
  { path: '/work_pools/filter', one: ({ name }) => [`/work_pools/${name}`] },
  { path: '/work_queues/filter', one: ({ id }) => [`/work_queues/${id}`] },
  { path: '/variables/filter', body: { sort: 'NAME_ASC' }, one: ({ id, name }) => [`/variables/${id}`, `/variables/name/${name}`] },
  { path: '/artifacts/filter', body: { sort: 'ID_DESC' }, one: ({ id }) => [`/artifacts/${id}`] },
  { path: '/artifacts/latest/filter', body: { sort: 'KEY_ASC' } },
  { path: '/automations/filter', body: { sort: 'NAME_ASC' }, one: ({ id }) => [`/automations/${id}`] },
  { path: '/block_types/filter', one: ({ id }) => [`/block_types/${id}`] },
  { path: '/block_schemas/filter', one: ({ id }) => [`/block_schemas/${id}`] },
  {
    path: '/block_documents/filter',
    body: { include_secrets: true, sort: 'NAME_ASC' },
    one: ({ id }) => [`/block_documents/${id}?include_secrets=true`],
  },
  { path: '/concurrency_limits/filter', one: ({ id }) => [`/concurrency_limits/${id}`] },
  { path: '/v2/concurrency_limits/filter', one: ({ id }) => [`/v2/concurrency_limits/${id}`] },
  { path: '/saved_searches/filter', one: ({ id }) => [`/saved_searches/${id}`] },
  { path: '/logs/filter', body: { sort: 'TIMESTAMP_ASC' } },
  {
    path: '/events/filter',
    body: { limit: 50, filter: { order: 'ASC', occurred: { since: '2025-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z' } } },
  },
  { path: '/flows/count' },
  { path: '/flow_runs/count' },
  { path: '/flow_runs/paginate', body: { sort: 'NAME_ASC', limit: 3, page: 2 } },
  { path: '/task_runs/count' },
  { path: '/deployments/count' },
  { path: '/block_documents/count' },
  { path: '/variables/count' },
  { path: '/artifacts/count' },
]

/** Measured against the clock when they are asked for. */
const byTheClock = /"(estimated_run_time|estimated_start_time_delta|total_run_time|active_slots|avg_slot_occupancy_seconds)": ?-?[\d.e-]+/g

/** Opaque to clients; either server reads those of the other, whatever the spaces in them. */
const pageToken = /(?<=page-token=)[^"]+/g

/** Request → what the server answers, as text. */
export async function readEverything(server: Session): Promise<Map<string, string>> {
  await quiet(server)
  const answers = new Map<string, string>()
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const response = await fetch(
      server.api + path,
      body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    )
    const text = await response.text()
    if (response.status >= 500) throw new Error(`${path}: ${response.status} ${text}`)
    answers.set(body ? `POST ${path} ${JSON.stringify(body)}` : `GET ${path}`, `${response.status} ${canonical(text, server.api)}`)
    return response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
  }
  for (const { path, body = {}, one } of lists) {
    const items = (await ask(path, body)) as Json[]
    if (one === undefined) continue
    if (items.length === 0) throw new Error(`${path} gives an empty list, which proves nothing`)
    for (const item of items) for (const place of one(item)) await ask(place)
  }
  for (const pool of (await server.post('/work_pools/filter')) as unknown as Json[]) {
    await ask(`/work_pools/${pool['name']}/queues/filter`, {})
    await ask(`/work_pools/${pool['name']}/workers/filter`, {})
  }
  return answers
}

/** JSON with sorted keys (jsonb keeps no order) and lists in one order where the API promises none. */
function canonical(text: string, api: string): string {
  try {
    return JSON.stringify(
      sortKeys(JSON.parse(text.replaceAll(byTheClock, '"$1":0').replaceAll(pageToken, '<token>').replaceAll(api, '<api>'))),
    )
  } catch {
    return text
  }
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, sortKeys(inner)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** Waits until the events that the server still has in hand are stored. */
async function quiet(server: Session): Promise<void> {
  let before = -1
  for (let same = 0; same < 3; ) {
    const { total } = await server.post('/events/filter', { limit: 1 })
    same = total === before ? same + 1 : 0
    before = Number(total)
    await sleep(400)
  }
}
