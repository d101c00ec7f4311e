/** Limits, transitions and groups under many clients at once. What must hold does not depend on who comes first. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { create, get, Holders, post, untilAccepted } from './clients.ts'

const clients = 64
const unique = (): string => `test-${crypto.randomUUID()}`
const property = { numRuns: 2, endOnFailure: true }

const pending = { type: 'PENDING' }
const running = { type: 'RUNNING' }
const completed = { type: 'COMPLETED' }

const newFlow = (): Promise<string> => create('/flows/', { name: unique() })

async function atOnce(count: number, work: (index: number) => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, index) => work(index)))
}

describe('a limit is never exceeded and never leaks', () => {
  test.each([1, 5])('a global limit of %d', async (limit) => {
    const name = unique()
    await create('/v2/concurrency_limits/', { name, limit })
    const holders = new Holders()
    await atOnce(clients, async () => {
      for (;;) {
        const { status } = await post('/v2/concurrency_limits/increment', { names: [name], slots: 1, mode: 'concurrency' })
        if (status === 200) break
        expect(status).toBe(423)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      holders.enter()
      await new Promise((resolve) => setTimeout(resolve, 1))
      holders.leave()
      expect((await post('/v2/concurrency_limits/decrement', { names: [name], slots: 1 })).status).toBe(200)
    })
    expect(holders.most).toBeLessThanOrEqual(limit)
    expect((await get(`/v2/concurrency_limits/${name}`)).body['active_slots']).toBe(0)
  })

  test.each([1, 5])('a limit by tag of %d', async (limit) => {
    const tag = unique()
    await create('/concurrency_limits/', { tag, concurrency_limit: limit })
    const run = await create('/flow_runs/', { flow_id: await newFlow() })
    await untilAccepted(`/flow_runs/${run}/set_state`, running)
    const holders = new Holders()
    await atOnce(clients, async (index) => {
      const task = await create('/task_runs/', { flow_run_id: run, task_key: 'key', dynamic_key: String(index), tags: [tag] })
      await untilAccepted(`/task_runs/${task}/set_state`, pending)
      await untilAccepted(`/task_runs/${task}/set_state`, running)
      holders.enter()
      await new Promise((resolve) => setTimeout(resolve, 1))
      holders.leave()
      await untilAccepted(`/task_runs/${task}/set_state`, completed)
    })
    expect(holders.most).toBeLessThanOrEqual(limit)
    expect((await get(`/concurrency_limits/tag/${tag}`)).body['active_slots']).toEqual([])
  })
})

test('of transitions proposed at once, one wins', async () => {
  const flow = await newFlow()
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 16 }), async (rivals) => {
      const run = await create('/flow_runs/', { flow_id: flow, state: { type: 'SCHEDULED' } })
      const statuses: unknown[] = []
      await atOnce(rivals, async () => {
        const { body } = await post(`/flow_runs/${run}/set_state`, {
          state: { ...pending, state_details: { transition_id: crypto.randomUUID() } },
        })
        statuses.push(body['status'])
      })
      expect(statuses.toSorted()).toEqual([...Array<string>(rivals - 1).fill('ABORT'), 'ACCEPT'].toSorted())
      const { body: states } = await get(`/flow_run_states/?flow_run_id=${run}`)
      expect(states).toHaveLength(2)
    }),
    { ...property, numRuns: 20 },
  )
})

test('groups that cross each other end, and none fails', async () => {
  const flow = await newFlow()
  const runs = await Promise.all(Array.from({ length: 16 }, () => create('/flow_runs/', { flow_id: flow })))
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(runs, { minLength: 16 }), async (order) => {
      const reversed = order.toReversed()
      const answers = await Promise.all(
        [...order, ...reversed].map((run) => post(`/flow_runs/${run}/set_state`, { state: running, force: true })),
      )
      for (const { status, body } of answers) expect([status, body['status']]).toEqual([201, 'ACCEPT'])
    }),
    { ...property, numRuns: 20 },
  )
})

test('a request that fails harms none of its group', async () => {
  const flow = await newFlow()
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 32, maxLength: 64 }), async (good) => {
      const answers = await Promise.all(
        good.map((fine) => post('/flow_runs/', { flow_id: fine ? flow : crypto.randomUUID(), name: unique() })),
      )
      // an unknown flow violates a foreign key: 409 for that request alone
      for (const [index, { status }] of answers.entries()) expect(status).toBe(good[index] ? 201 : 409)
    }),
    { ...property, numRuns: 10 },
  )
})
