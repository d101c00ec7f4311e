/** Every transition of every run in shapes.json, against what the reference made of it (reference.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type StateType, stateTypes } from '../../../src/orchestration/states.ts'
import { report } from './report.ts'
import { builds } from './shapes.ts'

type Outcome = { error: string } | { status: string; state?: object }
interface Fixture {
  cases: Record<string, Record<string, number[]>>
  outcomes: Outcome[]
}
const fixture = JSON.parse(readFileSync(new URL('./transitions.json', import.meta.url), 'utf8')) as Fixture

const pairs = [null, ...stateTypes].flatMap((from) => stateTypes.map((to): [StateType | null, StateType] => [from, to]))

test('the fixture is complete', () => {
  expect(Object.keys(fixture.cases)).toEqual(Object.keys(builds))
  const sizes = Object.values(fixture.cases).map((policies) => Object.values(policies).map((numbers) => numbers.length))
  expect(new Set(sizes.flat())).toEqual(new Set([pairs.length]))
  expect(sizes.map((each) => each.length)).toEqual(Object.keys(builds).map((name) => (name.startsWith('flow') ? 3 : 4)))
})

/** Where we mean to differ. */
const slotOfInactiveLimit = 'flow: with a limit that is not active'
const takeBackInPause = ['flow: with a free slot and a lease', 'flow: whose lease was reaped, with a free slot']

function expected(name: string, policy: string, from: StateType | null, to: StateType, outcome: Outcome | undefined): unknown {
  // The reference answers 500: it cannot free the slot of a limit that is not active, so that the run can never end.
  if (outcome && 'error' in outcome && name === slotOfInactiveLimit) {
    expect(outcome.error).toMatch(/^RuntimeError: Failed to release/)
    return expect.objectContaining({ status: 'ACCEPT', state: expect.objectContaining({ type: to }) })
  }
  // In this one answer the reference shows the run's present state without the lease that it has in the database.
  if (takeBackInPause.includes(name) && policy === 'CoreFlowPolicy' && from === 'PAUSED' && to === 'PENDING') {
    return { ...outcome, state: expect.objectContaining({ type: from, deployment_concurrency_lease_id: 'lease' }) }
  }
  return outcome
}

describe.each(Object.entries(builds))('%s', (name, build) => {
  test.each(Object.entries(fixture.cases[name] ?? {}))('%s', (policy, numbers) => {
    const ours = pairs.map(([from, to]) => ({ from, to, outcome: report(build(from, to, policy)) }))
    const theirs = pairs.map(([from, to], index) => {
      const outcome = expected(name, policy, from, to, fixture.outcomes[numbers[index] ?? -1])
      return { from, to, outcome }
    })
    expect(ours).toEqual(theirs)
  })
})
