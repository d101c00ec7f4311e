/** Deployments under many clients at once. What must hold does not depend on who comes first. */
import { expect, test } from 'vitest'
import { create, get, post, remove } from './clients.ts'

const clients = 12
const unique = (): string => `test-${crypto.randomUUID()}`
const newFlow = (): Promise<string> => create('/flows/', { name: unique() })

async function atOnce<Result>(count: number, work: (index: number) => Promise<Result>): Promise<Result[]> {
  return await Promise.all(Array.from({ length: count }, (_, index) => work(index)))
}

async function countRuns(deployment: string, state?: string): Promise<unknown> {
  const ofState = state === undefined ? {} : { state: { type: { any_: [state] } } }
  return (await post('/flow_runs/count', { flow_runs: { deployment_id: { any_: [deployment] }, ...ofState } })).body
}

test('of equal deployments created at once there is one', async () => {
  const flow_id = await newFlow()
  const answers = await atOnce(clients, (index) => post('/deployments/', { flow_id, name: 'same', tags: [String(index)] }))
  expect(new Set(answers.map(({ body }) => body['id'])).size).toBe(1)
  expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array<number>(clients - 1).fill(200), 201])
})

test('a queue that many name at once is made once', async () => {
  const flow_id = await newFlow()
  const work_pool_name = unique()
  await create('/work_pools/', { name: work_pool_name })
  const deployment = await create('/deployments/', { flow_id, name: 'placed', work_pool_name })
  const answers = await atOnce(clients, (index) =>
    index % 2 === 0
      ? post('/deployments/', { flow_id, name: unique(), work_pool_name, work_queue_name: 'new' })
      : post(`/deployments/${deployment}/create_flow_run`, { work_queue_name: 'new' }),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array<number>(clients).fill(201))
  expect(new Set(answers.map(({ body }) => body['work_queue_id'])).size).toBe(1)
  const queues = await post(`/work_pools/${work_pool_name}/queues/filter`, {})
  expect(queues.body).toHaveLength(2)
})

test('a date of a schedule gets one run, however often it is asked for', async () => {
  const schedules = [
    { schedule: { cron: '0 * * * *' }, slug: 'hourly' },
    { schedule: { interval: 86_400, anchor_date: '2031-01-01T00:00:00Z' }, slug: 'daily' },
  ]
  const deployment = await create('/deployments/', { flow_id: await newFlow(), name: 'd', schedules })
  const window = { start_time: '2031-01-01T00:00:00Z', end_time: '2031-01-02T00:00:00Z', min_runs: 100 }
  const answers = await atOnce(clients, () => post(`/deployments/${deployment}/schedule`, window))
  expect(answers.map(({ status }) => status)).toEqual(Array<number>(clients).fill(200))
  expect(await countRuns(deployment)).toBe(25 + 2)
})

test.each([
  [1, 5],
  [4, 12],
])('a deployment with the limit %d runs no more of %d at once, and gives every slot back', async (concurrency_limit, count) => {
  const deployment = await create('/deployments/', { flow_id: await newFlow(), name: 'limited', concurrency_limit })
  let waiting = await atOnce(count, () => create(`/deployments/${deployment}/create_flow_run`, {}))
  while (waiting.length > 0) {
    const answers = await Promise.all(waiting.map((run) => propose(run, 'PENDING')))
    const taken = waiting.filter((_, index) => answers[index] === 'ACCEPT')
    expect(taken).toHaveLength(Math.min(concurrency_limit, waiting.length))
    for (const type of ['RUNNING', 'COMPLETED']) {
      expect(await Promise.all(taken.map((run) => propose(run, type)))).toEqual(taken.map(() => 'ACCEPT'))
    }
    waiting = waiting.filter((run) => !taken.includes(run))
  }
  const { body } = await get(`/deployments/${deployment}`)
  expect(body['global_concurrency_limit']).toMatchObject({ limit: concurrency_limit, active_slots: 0 })
})

async function propose(run: string, type: string): Promise<unknown> {
  return (await post(`/flow_runs/${run}/set_state`, { state: { type } })).body['status']
}

test('a deployment that is deleted leaves no scheduled run behind', async () => {
  const flow_id = await newFlow()
  for (let round = 0; round < 4; round++) {
    const deployment = await create('/deployments/', { flow_id, name: unique() })
    const statuses = await atOnce(clients, async (index) =>
      index === clients / 2
        ? await remove(`/deployments/${deployment}`)
        : (await post(`/deployments/${deployment}/create_flow_run`, {})).status,
    )
    expect(statuses.filter((status) => status !== 201 && status !== 404)).toEqual([204])
    expect(await countRuns(deployment, 'SCHEDULED')).toBe(0)
  }
})
