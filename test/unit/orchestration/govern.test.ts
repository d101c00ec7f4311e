/** The machine itself, with rules made for the purpose. */
import { describe, expect, test } from 'vitest'
import { govern } from '../../../src/orchestration/govern.ts'
import { anyState, Cancelled, only } from '../../../src/orchestration/states.ts'
import { type Rule, Transition } from '../../../src/orchestration/transition.ts'
import { circumstances, flowRun, state } from './samples.ts'

/** Runs the rules on a transition from PENDING to RUNNING and tells which hooks fired. */
function fired(...rules: ((note: (what: string) => void) => Partial<Rule> & Pick<Rule, 'name'>)[]): string[] {
  const log: string[] = []
  const noted = rules.map((make): Rule => {
    const { name, before, ...rest } = make((what) => log.push(what))
    return {
      name,
      from: anyState,
      to: anyState,
      before(initial, proposed, transition) {
        log.push(`${name} before`)
        before?.(initial, proposed, transition)
      },
      after: () => log.push(`${name} after`),
      cleanup: () => log.push(`${name} cleanup`),
      ...rest,
    }
  })
  const request = { run: flowRun(), initial: state('PENDING'), proposed: state('RUNNING') }
  govern(new Transition(request, { flow_run_id: 'run', task_run_id: null }, circumstances()), noted)
  return log
}

const plain = (name: string) => () => ({ name })
const transform = (name: string) => () => ({ name, transform: true as const })
const rejecting =
  (to = anyState) =>
  () => ({ name: 'R', to, before: (_i: unknown, _p: unknown, t: Transition) => t.reject(Cancelled(), 'no') })
const aborting = () => ({ name: 'A', before: (_i: unknown, _p: unknown, t: Transition) => t.abort('no') })

describe('rules', () => {
  test('nest: in on the way to the state, out in reverse order', () => {
    expect(fired(plain('1'), transform('2'), plain('3'))).toEqual(['1 before', '2 before', '3 before', '3 after', '2 after', '1 after'])
  })

  test('fizzle when a later one turns the transition into another', () => {
    expect(fired(plain('1'), rejecting(), plain('3'))).toEqual(['1 before', 'R before', 'R after', '1 cleanup'])
  })

  test('that turn the transition into one they do not govern are done with it', () => {
    expect(fired(rejecting(only('RUNNING')))).toEqual(['R before'])
  })

  test('after a rejection rest, but transforms do not', () => {
    expect(fired(transform('1'), rejecting(), transform('3'))).toEqual([
      '1 before',
      'R before',
      '3 before',
      '3 after',
      'R after',
      '1 after',
    ])
  })

  test('after an abort rest all', () => {
    expect(fired(transform('1'), plain('2'), aborting, transform('4'), plain('5'))).toEqual([
      '1 before',
      '2 before',
      'A before',
      'A after',
      '2 cleanup',
    ])
  })
})
