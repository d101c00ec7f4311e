import { describe, expect, it } from 'vitest'
import {
  type Command,
  type Input,
  initialState,
  nextTick,
  type State,
  step,
  usualTiming,
} from '../../../../src/actors/leadership/protocol.ts'

/** Feeds inputs at instants; gives the state and every command with its instant. */
function play(inputs: readonly [number, Input][], from: State = initialState): { state: State; commands: (Command & { at: number })[] } {
  let state = from
  const commands: (Command & { at: number })[] = []
  for (const [now, input] of inputs) {
    const outcome = step(state, input, { now, random: 0.5, timing: usualTiming })
    state = outcome.state
    commands.push(...outcome.commands.map((command) => ({ ...command, at: now })))
  }
  return { state, commands }
}

const held = (request: number): Input => ({ type: 'lock-reply', request, outcome: 'held' })
const refused = (request: number): Input => ({ type: 'lock-reply', request, outcome: 'refused' })
const unknown = (request: number): Input => ({ type: 'lock-reply', request, outcome: 'unknown' })
const tick: Input = { type: 'tick' }
const takingOver: [number, Input][] = [
  [0, tick],
  [10, held(1)],
  [20, { type: 'minted', request: 2, term: 7 }],
]

describe('the leadership protocol', () => {
  it('leads when it has the lock and a term', () => {
    const { state, commands } = play(takingOver)
    expect(commands.map(({ type }) => type)).toEqual(['acquire', 'mint', 'start-loops'])
    expect(state).toMatchObject({ role: 'leading', term: 7, heldUntil: usualTiming.deadline, transitions: 1 })
    expect(nextTick(state, usualTiming)).toBe(usualTiming.renewEvery)
  })

  it.each<[string, [number, Input][], string]>([
    [
      'at its deadline, without a reply to any renewal',
      [
        [750, tick],
        [1150, tick],
        [1250, tick],
        [1650, tick],
        [2000, tick],
      ],
      'stopping',
    ],
    [
      'not before',
      [
        [750, tick],
        [1150, tick],
        [1250, tick],
        [1650, tick],
        [1999, tick],
      ],
      'leading',
    ],
    [
      'when a renewal is refused',
      [
        [750, tick],
        [760, refused(3)],
      ],
      'stopping',
    ],
    [
      'not when a reply is unknown',
      [
        [750, tick],
        [760, unknown(3)],
      ],
      'leading',
    ],
    [
      'not by a late reply to a request that is given up',
      [
        [750, tick],
        [1150, tick],
        [1250, tick],
        [1251, refused(3)],
      ],
      'leading',
    ],
    ['when its term is over', [[100, { type: 'term-over', term: 7 }]], 'stopping'],
    ['not when an earlier term is over', [[100, { type: 'term-over', term: 6 }]], 'leading'],
    ['when its loops stand still', [[100, { type: 'loops-stalled' }]], 'stopping'],
    ['when it is to quit', [[100, { type: 'quit' }]], 'stopping'],
    ['when it slept past its deadline, whatever comes first', [[9000, held(3)]], 'stopping'],
  ])('stops %s', (_, inputs, role) => {
    const { state, commands } = play([...takingOver, ...inputs])
    expect(state.role).toBe(role)
    expect(commands.some(({ type }) => type === 'stop-loops')).toBe(role === 'stopping')
  })

  it('counts the deadline from before a request was sent', () => {
    const { state } = play([...takingOver, [750, tick], [1100, held(3)]])
    expect(state.heldUntil).toBe(750 + usualTiming.deadline)
  })

  it('releases the lock once its loops have stopped, and then asks again', () => {
    const stopped = play([...takingOver, [100, { type: 'term-over', term: 7 }]])
    expect(stopped.commands.map(({ type }) => type)).not.toContain('release')
    const { state, commands } = play([[200, { type: 'loops-stopped' }]], stopped.state)
    expect(commands.map(({ type }) => type)).toEqual(['release'])
    expect(state).toMatchObject({ role: 'standby', term: undefined, nextAt: 200 + usualTiming.retry })
  })

  it('lets the others go first when its loops stood still', () => {
    const { state } = play([...takingOver, [100, { type: 'loops-stalled' }], [200, { type: 'loops-stopped' }]])
    expect(state.nextAt).toBe(200 + usualTiming.retry + usualTiming.penalty)
  })

  it('does not lead with a term that came after the deadline', () => {
    const { state, commands } = play([
      [0, tick],
      [10, held(1)],
      [5500, { type: 'minted', request: 2, term: 7 }],
    ])
    expect(state.role).toBe('standby')
    expect(commands.map(({ type }) => type)).toContain('release')
    expect(commands.map(({ type }) => type)).not.toContain('start-loops')
  })

  it('renews while it waits for its term', () => {
    const { commands } = play([
      [0, tick],
      [10, held(1)],
      [750, tick],
    ])
    expect(commands.map(({ type }) => type)).toEqual(['acquire', 'mint', 'renew'])
  })

  it('asks at once when the lock is released, also while a request is under way', () => {
    const waiting = play([
      [0, tick],
      [10, refused(1)],
      [50, { type: 'lock-free' }],
    ])
    expect(waiting.commands.at(-1)).toMatchObject({ type: 'acquire', at: 50 })
    const asking = play([
      [0, tick],
      [5, { type: 'lock-free' }],
      [10, refused(1)],
    ])
    expect(asking.commands.at(-1)).toMatchObject({ type: 'acquire', at: 10 })
  })

  it('seeks no leadership once it is to quit', () => {
    const { state, commands } = play([
      [0, { type: 'quit' }],
      [1000, tick],
    ])
    expect(commands).toEqual([])
    expect(nextTick(state, usualTiming)).toBeUndefined()
  })
})
