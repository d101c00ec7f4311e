/** Reads what a server knows after the client's work, through its API alone. */
import { setTimeout as sleep } from 'node:timers/promises'

/** A JSON object of the API. */
export type Item = Record<string, unknown> & { id: string }

/** Everything that the client's work left, as the API gives it. */
export interface Dump {
  flows: Item[]
  deployments: Item[]
  flowRuns: Item[]
  taskRuns: Item[]
  /** By run. */
  flowRunStates: Map<string, Item[]>
  taskRunStates: Map<string, Item[]>
  flowRunInputs: Map<string, unknown>
  logs: Item[]
  events: Item[]
  artifacts: Item[]
  concurrencyLimits: Item[]
  variables: Item[]
}

export async function readDump(api: string): Promise<Dump> {
  await settled(api)
  const flowRuns = await all(api, '/flow_runs/filter', { sort: 'START_TIME_ASC' })
  const taskRuns = await all(api, '/task_runs/filter', { sort: 'EXPECTED_START_TIME_ASC' })
  return {
    flowRuns,
    taskRuns,
    flows: await all(api, '/flows/filter', { sort: 'NAME_ASC' }),
    deployments: await all(api, '/deployments/filter', { sort: 'NAME_ASC' }),
    flowRunStates: await states(api, 'flow_run', flowRuns),
    taskRunStates: await states(api, 'task_run', taskRuns),
    flowRunInputs: new Map(
      await Promise.all(flowRuns.map(async ({ id }) => [id, await post(api, `/flow_runs/${id}/input/filter`, { prefix: '' })] as const)),
    ),
    logs: await all(api, '/logs/filter', { sort: 'TIMESTAMP_ASC' }),
    events: await allEvents(api),
    artifacts: await all(api, '/artifacts/filter', { sort: 'KEY_ASC' }),
    concurrencyLimits: await all(api, '/v2/concurrency_limits/filter', {}),
    variables: await all(api, '/variables/filter', {}),
  }
}

/** Waits until everything that the client sent is stored: the counts stand still and no run goes on. */
async function settled(api: string, seconds = 90): Promise<void> {
  const open = ['SCHEDULED', 'RUNNING', 'PAUSED', 'CANCELLING'] // not PENDING: a task whose input failed stays there
  const deadline = performance.now() + seconds * 1000
  let before = ''
  let same = 0
  for (;;) {
    const [flowRuns, taskRuns, events, logs] = await Promise.all([
      post(api, '/flow_runs/count', { flow_runs: { state: { type: { any_: open } } } }),
      post(api, '/task_runs/count', { task_runs: { state: { type: { any_: open } } } }),
      post(api, '/events/filter', { limit: 1 }) as Promise<{ total: number }>,
      count(api, '/logs/filter'),
    ])
    const now = JSON.stringify([flowRuns, taskRuns, events.total, logs])
    same = now === before ? same + 1 : 0
    before = now
    if (same >= 3 && flowRuns === 0 && taskRuns === 0) return
    if (performance.now() > deadline) throw new Error(`not settled after ${seconds} s: flow runs, task runs going on, events, logs: ${now}`)
    await sleep(700)
  }
}

const count = async (api: string, path: string): Promise<number> => (await all(api, path, {})).length

export async function post(api: string, path: string, body: unknown): Promise<unknown> {
  return answer(await fetch(api + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }))
}

export async function get(api: string, path: string): Promise<unknown> {
  return answer(await fetch(api + path))
}

async function answer(response: Response): Promise<unknown> {
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${text}`)
  return JSON.parse(text)
}

/** All pages of a filter. */
export async function all(api: string, path: string, body: Record<string, unknown>): Promise<Item[]> {
  const items: Item[] = []
  for (;;) {
    const page = (await post(api, path, { ...body, limit: 200, offset: items.length })) as Item[]
    items.push(...page)
    if (page.length < 200) return items
  }
}

async function allEvents(api: string): Promise<Item[]> {
  const events: Item[] = []
  let page = (await post(api, '/events/filter', { limit: 50, filter: { order: 'ASC' } })) as EventPage
  for (;;) {
    events.push(...page.events)
    if (page.next_page === null) return events
    page = (await get('', page.next_page)) as EventPage
  }
}

interface EventPage {
  events: Item[]
  next_page: string | null
}

async function states(api: string, kind: 'flow_run' | 'task_run', runs: readonly Item[]): Promise<Map<string, Item[]>> {
  const found = new Map<string, Item[]>()
  for (const { id } of runs) found.set(id, (await get(api, `/${kind}_states/?${kind}_id=${id}`)) as Item[])
  return found
}
