/** The small parts that rules are made of. */
import { describe, expect, test } from 'vitest'
import { changedFlowRunPolicy, flowRunPolicy, taskRunPolicy } from '../../../src/orchestration/run-policy.ts'
import { activeSlots, deniedSlots } from '../../../src/orchestration/slots.ts'
import { readStateDetails } from '../../../src/orchestration/state-details.ts'
import { newState, noDetails, stamp } from '../../../src/orchestration/states.ts'
import { isAtLeast, keepsLeases, knowsPauses, restartsTasksItself } from '../../../src/orchestration/versions.ts'
import { clampedPoissonInterval } from '../../../src/orchestration/waiting.ts'
import { parseJson } from '../../../src/values/json.ts'
import { at, limit, now, settings } from './samples.ts'

describe('versions', () => {
  test.each([
    ['3.4.11', true],
    ['3.4.12', true],
    ['3.10.0', true],
    ['4.0', true],
    ['3.4.11.1', true],
    ['3.4.11.post1', true],
    ['3.4.11+4.gabc', true],
    ['3.4.10', false],
    ['3.4.11rc1', false],
    ['3.4.11.dev3', false],
    ['3.4.11a2', false],
    ['2.20.18', false],
    ['nonsense', false],
  ])('%s is at least 3.4.11: %j', (version, expected) => {
    expect(isAtLeast(version, '3.4.11')).toBe(expected)
  })

  test('silence means a current API and an old client', () => {
    expect([knowsPauses(null), restartsTasksItself(null), keepsLeases(null)]).toEqual([true, true, false])
    expect([knowsPauses('0.8.3'), restartsTasksItself('0.8.3'), restartsTasksItself('0.8.2')]).toEqual([false, true, false])
  })
})

describe('slots', () => {
  test('decay by the second, never below none', () => {
    const decaying = limit({ active_slots: 5, slot_decay_per_second: 0.5 })
    expect([0, 1.9, 2, 5, 100].map((seconds) => activeSlots(decaying, at(seconds)))).toEqual([5, 5, 4, 3, 0])
  })

  test('are forgotten to have been denied as fast as others become free, within the longest wait', () => {
    const denied = limit({ denied_slots: 10, avg_slot_occupancy_seconds: 100 })
    expect(deniedSlots(denied, at(61), settings)).toBe(8)
    expect(deniedSlots({ ...denied, name: 'tag:a' }, at(61), settings)).toBe(4)
    expect(deniedSlots({ ...denied, avg_slot_occupancy_seconds: 0 }, at(0.55), settings)).toBe(5)
    expect(deniedSlots({ ...denied, slot_decay_per_second: 1 }, at(3.5), settings)).toBe(7)
  })
})

describe('waits', () => {
  test('are spread around the average, within its bounds', () => {
    const waits = Array.from({ length: 1000 }, (_, step) => clampedPoissonInterval(10, step / 1000))
    expect(Math.max(...waits)).toBeLessThan(13)
    expect(Math.min(...waits)).toBeGreaterThan(7.5)
    expect(waits.reduce((sum, wait) => sum + wait, 0) / 1000).toBeCloseTo(10, 0)
    expect(clampedPoissonInterval(0, 0.5)).toBe(0)
    expect(clampedPoissonInterval(1, 0.999999, 1e6)).toBeLessThan(24)
  })
})

describe('state details', () => {
  test('are read from any version of the column', () => {
    expect(readStateDetails({})).toEqual(noDetails)
    expect(readStateDetails(null)).toEqual(noDetails)
    const read = readStateDetails({
      scheduled_time: '2030-01-01T02:00:00.5+02:00',
      pause_timeout: '2030-01-01T00:00:00Z',
      cache_expiration: '2030-01-01 00:00:00.000001+00:00',
      run_input_keyset: { schema: 's', response: 'r' },
      deferred: null,
      unknown: 1,
    })
    expect(read.scheduled_time).toEqual(at(0.5))
    expect(read.pause_timeout).toEqual(now)
    expect(read.cache_expiration).toEqual(now.addMicroseconds(1))
    expect([read.deferred, read.run_input_keyset]).toEqual([null, { schema: 's', response: 'r' }])
    expect(read).not.toHaveProperty('unknown')
  })

  test('come back as they were written', () => {
    const details = { ...noDetails, scheduled_time: at(0.000001), pause_timeout: at(5), run_input_keyset: { a: 'b' }, deferred: true }
    expect(readStateDetails(parseJson(JSON.stringify(details)))).toEqual(details)
  })

  test('a scheduled state has a time, and every state a name', () => {
    expect(stamp(newState('SCHEDULED'), 'id', now).state_details.scheduled_time).toEqual(now)
    expect(newState('CRASHED').name).toBe('Crashed')
    expect(newState('CRASHED', { name: '' }).name).toBe('')
  })
})

describe('run policies', () => {
  test('understand the old names', () => {
    expect(flowRunPolicy({ max_retries: 2, retry_delay_seconds: 5 })).toMatchObject({ retries: 2, retry_delay: 5 })
    expect(flowRunPolicy({ max_retries: 2, retries: 1 })).toMatchObject({ retries: 1 })
    expect(flowRunPolicy({ max_retries: 2, retries: 0 })).toMatchObject({ retries: 2 })
    expect(flowRunPolicy(null)).toEqual({ retries: null, retry_delay: null, pause_keys: [], resuming: false })
    expect(taskRunPolicy(parseJson('{"retries": 1.0, "retry_delay": [1.0, 2], "retry_jitter_factor": 0.50}'))).toEqual({
      retries: 1,
      retry_delay: [1, 2],
      retry_jitter_factor: 0.5,
    })
    expect(taskRunPolicy({ retry_delay_seconds: 3, retry_delay: [] }).retry_delay).toBe(3)
  })

  test('are stored complete, with what is not theirs to change', () => {
    const changed = changedFlowRunPolicy({ retries: 3, pause_keys: ['a'] }, { resuming: true })
    expect(JSON.stringify(changed)).toBe(
      '{"max_retries":0,"retry_delay_seconds":0,"retries":3,"retry_delay":null,"pause_keys":["a"],"resuming":true,"retry_type":null}',
    )
    expect(changedFlowRunPolicy(changed, {})).toEqual(changed)
  })
})
