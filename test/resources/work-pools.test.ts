/** Work pools under many clients at once: what must hold does not depend on who comes first. */
import { describe, expect, test } from 'vitest'
import { create, get, post } from './clients.ts'

const unique = (): string => `test-${crypto.randomUUID()}`
const clients = 24
const many = <Result>(work: (index: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: clients }, (_, index) => work(index)))

interface Queue {
  name: string
  priority: number
}

async function queuesOf(pool: string): Promise<Queue[]> {
  const { body } = await post(`/work_pools/${pool}/queues/filter`, {})
  return body as unknown as Queue[]
}

async function eventsOf(resource: string, event: string): Promise<number> {
  const occurred = { since: new Date(Date.now() - 3_600_000).toISOString(), until: new Date(Date.now() + 3_600_000).toISOString() }
  const filter = { resource: { id: [resource] }, event: { name: [event] }, occurred }
  const { body } = await post('/events/filter', { filter })
  return Number(body['total'])
}

describe('work pools', () => {
  test('of one name there is one', async () => {
    const name = unique()
    const statuses = (await many(() => post('/work_pools/', { name, type: 'process' }))).map(({ status }) => status)
    expect(statuses.toSorted((a, b) => a - b)).toEqual([201, ...Array<number>(clients - 1).fill(409)])
    expect((await queuesOf(name)).map((queue) => queue.name)).toEqual(['default'])
  })

  test('have queues with different priorities, whoever asks for which', async () => {
    const pool = unique()
    await create('/work_pools/', { name: pool, type: 'process' })
    const answers = await many((index) =>
      post(`/work_pools/${pool}/queues`, { name: `q${index}`, ...(index % 2 === 0 && { priority: 1 + (index % 3) }) }),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(clients).fill(201))
    const priorities = (await queuesOf(pool)).map(({ priority }) => priority)
    expect(priorities).toHaveLength(clients + 1)
    expect(new Set(priorities).size).toBe(clients + 1)
  })

  test('become ready once, by the first of many heartbeats', async () => {
    const name = unique()
    const id = await create('/work_pools/', { name, type: 'process' })
    const statuses = await many((index) => post(`/work_pools/${name}/workers/heartbeat`, { name: `worker-${index % 5}` }))
    expect(statuses.map(({ status }) => status)).toEqual(Array(clients).fill(204))
    expect((await get(`/work_pools/${name}`)).body['status']).toBe('READY')
    const workers = (await post(`/work_pools/${name}/workers/filter`, {})).body as unknown as { name: string }[]
    expect(workers.map((worker) => worker.name).toSorted()).toEqual([0, 1, 2, 3, 4].map((index) => `worker-${index}`))
    await expect.poll(() => eventsOf(`prefect.work-pool.${id}`, 'prefect.work-pool.ready'), { timeout: 20_000, interval: 200 }).toBe(1)
  })

  test('of old-style queues are made once', async () => {
    const prefix = unique()
    const answers = await many((index) => post('/work_queues/', { name: `${prefix}-${index % 12}` }))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(12)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(clients - 12)
    expect(new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body['work_pool_id'])).size).toBe(1)
  })
})
