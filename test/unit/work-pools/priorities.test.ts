import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freePriority, type Ranked, rearranged } from '../../../src/resources/work-queues/priorities.ts'

const ranked = (...priorities: number[]): Ranked[] => priorities.map((priority, index) => ({ id: `q${index}`, priority }))
const moved = (id: string, priority: number): Ranked => ({ id, priority })

/** The queues after the changes, by id. */
function settled(queues: readonly Ranked[], target: Ranked | null): Map<string, number> {
  const known = new Map([...queues, ...(target === null ? [] : [target])].map(({ id, priority }) => [id, priority]))
  for (const { id, priority } of rearranged(queues, target)) known.set(id, priority)
  return known
}

describe('the first free priority', () => {
  it.each([
    [[], 1],
    [[1], 2],
    [[2], 1],
    [[3, 1], 2],
    [[1, 2, 3], 4],
    [[1, 1], 2],
  ])('%j leaves %i', (taken, expected) => {
    expect(freePriority(taken)).toBe(expected)
  })
})

describe('a queue that takes its place', () => {
  it.each<[string, Ranked[], Ranked | null, Record<string, number>]>([
    ['a free one moves nobody', ranked(1, 2), moved('new', 3), { q0: 1, q1: 2, new: 3 }],
    ['a taken one moves all that follow without a gap', ranked(1, 2, 3), moved('new', 2), { q0: 1, new: 2, q1: 3, q2: 4 }],
    ['a gap stops the moving', ranked(1, 2, 5), moved('new', 1), { new: 1, q0: 2, q1: 3, q2: 5 }],
    ['an old one may move up', ranked(1, 2, 3), moved('q2', 1), { q2: 1, q0: 2, q1: 3 }],
    ['and down, leaving a gap', ranked(1, 2, 3), moved('q0', 3), { q0: 3, q1: 2, q2: 4 }],
    ['one that has left leaves a gap', ranked(2, 3), null, { q0: 2, q1: 3 }],
    ['doubles are put right', ranked(1, 1, 2), null, { q0: 1, q1: 2, q2: 3 }],
  ])('%s', (_title, queues, target, expected) => {
    expect(Object.fromEntries(settled(queues, target))).toEqual(expected)
  })

  it('always leaves different priorities from 1, keeps the order of the others and gives the new one what it asks for', () => {
    const priorities = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 12 })
    fc.assert(
      fc.property(priorities, fc.integer({ min: 1, max: 35 }), (taken, wanted) => {
        const queues = ranked(...taken)
        const result = settled(queues, moved('new', wanted))
        expect(new Set(result.values()).size).toBe(result.size)
        expect(Math.min(...result.values())).toBeGreaterThan(0)
        expect(result.get('new')).toBe(wanted)
        const byPriority = (of: (id: string) => number) => queues.map(({ id }) => id).toSorted((a, b) => of(a) - of(b))
        const before = new Map(queues.map(({ id, priority }) => [id, priority]))
        expect(byPriority((id) => result.get(id) ?? 0)).toEqual(byPriority((id) => before.get(id) ?? 0))
      }),
    )
  })
})
