/**
 * Three candidates on a virtual clock, with lost and late messages, processes that stand still, clocks that go at different
 * speeds, a lock server that forgets and a database that restarts. What runs is what the server ships: the protocol, its
 * driver, the takeover and the check of the term.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fence } from '../../../../src/resources/leadership/fence.ts'
import { type Check, type Course, type Fault, faultyMilliseconds, runSchedule, type Schedule } from './world.ts'

const schedules = Number(process.env['PREFECT_TEST_SCHEDULES'] ?? 1000)

const candidate = fc.integer({ min: 0, max: 2 })
const at = fc.integer({ min: 0, max: faultyMilliseconds - 3000 })
const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('pause'), at, candidate, milliseconds: fc.integer({ min: 50, max: 6000 }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('lose-keys'), at }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('cut'),
      at,
      candidate,
      from: fc.constantFrom('lock', 'database'),
      milliseconds: fc.integer({ min: 100, max: 5000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('restart-database'), at }) },
)
const schedule: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.integer(),
  rates: fc.tuple(...[0, 1, 2].map(() => fc.double({ min: 0.9, max: 1.1, noNaN: true }))),
  faults: fc.array(fault, { minLength: 1, maxLength: 8 }),
  lossPerMille: fc.integer({ min: 0, max: 60 }),
})

/** Terms never go back, one candidate has each, and nobody writes once the next has begun. */
function violation({ writes, terms }: Course): string | undefined {
  const late = writes.find(({ term, current }) => term !== current)
  if (late) return `candidate ${late.candidate} wrote for term ${late.term} in term ${late.current}, at ${Math.round(late.at)} ms`
  const back = writes.find(({ term }, index) => index > 0 && term < (writes[index - 1]?.term ?? 0))
  if (back) return `a write of term ${back.term} came after one of a later term`
  const writers = Map.groupBy(writes, ({ term }) => term)
  for (const [term, all] of writers)
    if (new Set(all.map((write) => write.candidate)).size > 1) return `two candidates wrote for term ${term}`
  if (new Set(terms.map(({ term }) => term)).size < terms.length) return 'a term was given twice'
  return undefined
}

/** The first violation that some schedules lead to. */
async function findViolation(check: Check, count: number): Promise<string | undefined> {
  for (const one of fc.sample(schedule, { numRuns: count, seed: 1 })) {
    const found = violation(await runSchedule(one, check))
    if (found !== undefined) return found
  }
  return undefined
}

describe('leadership under simulation', () => {
  it(`keeps its invariants in ${schedules} schedules`, { timeout: 1_200_000 }, async () => {
    let writes = 0
    let terms = 0
    const seed = Number(process.env['PREFECT_TEST_SEED'] ?? Date.now() % 2 ** 31)
    console.log(`leadership simulation: PREFECT_TEST_SEED=${seed}`)
    await fc.assert(
      fc.asyncProperty(schedule, async (one) => {
        const course = await runSchedule(one)
        expect(violation(course)).toBeUndefined()
        // After some calm there is a leader, and only one.
        expect(course.leaders).toHaveLength(1)
        writes += course.writes.length
        terms += course.terms.length
      }),
      { numRuns: schedules, seed },
    )
    // Schedules in which nobody gets to write would prove nothing.
    expect(writes / schedules).toBeGreaterThan(20)
    expect(terms / schedules).toBeGreaterThan(1)
  })

  it('finds the fault when the check of the term is taken out', async () => {
    expect(await findViolation(async () => {}, 300)).toMatch(/wrote for term/)
  })

  it('finds the fault when the term is checked without the lock', async () => {
    const unlocked: Check = async (fence: Fence, term) => {
      if ((await fence.readTerm()) !== term) throw new Error('over')
    }
    expect(await findViolation(unlocked, 300)).toMatch(/wrote for term/)
  })
})
