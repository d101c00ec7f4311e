/** What a poll of a work pool gives, against a plain model of it; and that SQLite finds it by the right index. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadSettings } from '../../src/config/settings.ts'
import { getScheduledFlowRuns, scheduledRunsOf } from '../../src/resources/work-pools/scheduled-runs.ts'
import { newWorkQueue } from '../../src/resources/work-queues/queries.ts'
import type { Database } from '../../src/storage/database.ts'
import { sql } from '../../src/storage/sql.ts'
import { insertInto } from '../../src/storage/statements.ts'
import { Timestamp } from '../../src/values/timestamp.ts'
import { type Uuid, uuid4 } from '../../src/values/uuid.ts'
import { dialects, preparedDatabase } from './databases.ts'

const settings = loadSettings({ HOME: '/' }, '/')
const noon = Timestamp.fromCanonical('2030-01-01T12:00:00.000000Z')

const limit = fc.option(fc.integer({ min: 0, max: 5 }))
const queue = fc.record({ is_paused: fc.boolean(), concurrency_limit: limit })
const run = fc.record({
  queue: fc.nat(5),
  state: fc.constantFrom('SCHEDULED', 'SCHEDULED', 'SCHEDULED', 'RUNNING', 'PENDING', 'COMPLETED'),
  minute: fc.integer({ min: -300, max: 300 }),
  retries: fc.constantFrom(null, null, 'in_process', 'reschedule'),
})
const pools = fc.record({
  is_paused: fc.constantFrom(false, false, false, true),
  concurrency_limit: limit,
  queues: fc.array(queue, { minLength: 1, maxLength: 6 }),
  // No two are due at the same time: which of them comes first is nobody's promise.
  runs: fc.uniqueArray(run, { selector: ({ minute }) => minute, maxLength: 30 }),
  asked: fc.option(fc.subarray([0, 1, 2, 3, 4, 5])),
  before: fc.option(fc.integer({ min: -200, max: 300 })),
  after: fc.option(fc.integer({ min: -300, max: 200 })),
  limit: fc.constantFrom(0, 1, 3, 200),
})
type Case = typeof pools extends fc.Arbitrary<infer Value> ? Value : never

/** The minutes of the runs that a worker should get, in their order. */
function expected(given: Case, dialect: 'sqlite' | 'postgres'): number[] {
  const queues = given.queues.map((each, index) => ({ ...each, index }))
  const runs = given.runs.filter((each) => each.queue < queues.length)
  const asked = given.asked?.filter((index) => index < queues.length) ?? []
  const busy = (index: number): number => runs.filter((each) => each.queue === index && ['RUNNING', 'PENDING'].includes(each.state)).length
  const counted = queues.filter((each) => dialect === 'sqlite' || !each.is_paused).reduce((sum, { index }) => sum + busy(index), 0)
  const free = (most: number | null, taken: number): number => (most === null ? 1000 : Math.max(0, most - taken))
  const open = queues.filter((each) => !given.is_paused && !each.is_paused && (asked.length === 0 || asked.includes(each.index)))
  return open
    .flatMap(({ index, concurrency_limit }) =>
      runs
        .filter((each) => each.queue === index && each.state === 'SCHEDULED' && each.retries !== 'in_process')
        .map(({ minute }) => minute)
        .filter((minute) => minute <= (given.before ?? 999) && minute >= (given.after ?? -999))
        .toSorted((a, b) => a - b)
        .slice(0, free(concurrency_limit, busy(index))),
    )
    .slice(0, Math.min(given.limit, free(given.concurrency_limit, counted)))
}

describe.each(dialects)('polling a work pool on %s', (dialect) => {
  let database: Database
  let remove: () => Promise<void>
  const flow = uuid4()
  beforeAll(async () => {
    ;({ database, remove } = await preparedDatabase(dialect))
    await database.transaction((tx) => tx.execute(insertInto('flow', { id: flow, name: 'flow', tags: [] })))
  })
  afterAll(async () => remove())

  const at = (minute: number): Timestamp => noon.addSeconds(minute * 60)

  async function store(given: Case): Promise<string> {
    const name = uuid4()
    const pool = { id: uuid4(), name, type: 'process', base_job_template: {}, storage_configuration: {} }
    const queues = given.queues.map((each, index) =>
      newWorkQueue({ work_pool_id: pool.id, name: `q${index}`, priority: index + 1, ...each }, noon),
    )
    const rows = given.runs.flatMap(({ queue: index, state, minute, retries }) => {
      const theirs = queues[index]
      if (theirs === undefined) return []
      const next = state === 'SCHEDULED' ? at(minute) : null
      const fixed = { flow_id: flow, parameters: {}, context: {}, tags: [], run_count: 0, auto_scheduled: false }
      return [
        {
          ...fixed,
          name: String(minute),
          empirical_policy: { retry_type: retries },
          work_queue_id: theirs.id,
          state_type: state,
          next_scheduled_start_time: next,
        },
      ]
    })
    await database.transaction(async (tx) => {
      const { is_paused, concurrency_limit } = given
      await tx.execute(insertInto('work_pool', { ...pool, is_paused, concurrency_limit }))
      await tx.execute(
        insertInto(
          'work_queue',
          queues.map((each) => ({ ...each })),
        ),
      )
      if (rows.length > 0) await tx.execute(insertInto('flow_run', rows))
    })
    return name
  }

  async function poll(name: string, given: Case): Promise<number[]> {
    const names = given.asked?.filter((index) => index < given.queues.length).map((index) => `q${index}`) ?? null
    const bound = (minute: number | null): Timestamp | null => (minute === null ? null : at(minute))
    const body = { limit: given.limit, work_queue_names: names, scheduled_before: bound(given.before), scheduled_after: bound(given.after) }
    const request = { params: { name }, query: undefined, headers: {}, body }
    const reply = await database.read((tx) => getScheduledFlowRuns({ tx, now: noon, settings, emit: () => {}, publish: () => {} }, request))
    return (reply.body as { flow_run: { name: string } }[]).map((each) => Number(each.flow_run.name))
  }

  test('gives what is due, by priority and time, within all limits', async () => {
    await fc.assert(
      fc.asyncProperty(pools, async (given) => {
        expect(await poll(await store(given), given)).toEqual(expected(given, dialect))
      }),
      { numRuns: 60 },
    )
  })
})

test('SQLite looks at scheduled runs only, not at all that the queues ever had', async () => {
  const { database, remove } = await preparedDatabase('sqlite')
  const shares = (count: number): { id: Uuid; priority: number; share: number }[] =>
    Array.from({ length: count }, (_, index) => ({ id: uuid4(), priority: index, share: 10 }))
  for (const queues of [shares(1), shares(3), shares(5)]) {
    for (const before of [noon, null]) {
      const statement = scheduledRunsOf({ before, after: null }, { total: 10, queues })
      const plan = await database.read((tx) => tx.query<{ detail: string }>(sql`EXPLAIN QUERY PLAN ${statement}`))
      const [search] = plan.map(({ detail }) => detail).filter((detail) => / flow_run /.test(detail))
      expect(search).toMatch(
        before === null ? /^SEARCH flow_run USING INDEX ix_flow_run__state_type/ : /ix_flow_run__next_scheduled_start_time/,
      )
    }
  }
  await remove()
})
