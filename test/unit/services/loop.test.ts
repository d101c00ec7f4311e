import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { CallError } from '../../../src/actors/companion-port.ts'
import { type Ask, Loop } from '../../../src/actors/services/loop.ts'
import { workThroughPages } from '../../../src/actors/services/pages.ts'
import type { Service, ServiceContext } from '../../../src/actors/services/service.ts'
import { loadSettings } from '../../../src/config/settings.ts'
import { log } from '../../../src/logging/log.ts'
import { Timestamp } from '../../../src/values/timestamp.ts'

log.level = 'silent'
const settings = loadSettings({ HOME: '/nowhere' }, '/')
const silent: Ask = { call: async () => null, request: async () => ({ status: 204, body: null }) }
const service = (run: Service['run'], more: Partial<Service> = {}): Service => ({
  name: 'service',
  enabled: () => true,
  interval: () => 10,
  run,
  ...more,
})

describe('a loop', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('goes on after an error, which it reports until a pass succeeds', async () => {
    let fails = true
    const loop = new Loop(
      service(async () => {
        if (fails) throw new Error('no database')
      }),
      settings,
      silent,
    )
    loop.start()
    await vi.advanceTimersByTimeAsync(25_000)
    expect(loop.report).toMatchObject({ passes: 3, failures: 3, lastError: 'no database', lastPass: Date.now() - 5000 })
    fails = false
    await vi.advanceTimersByTimeAsync(10_000)
    expect(loop.report).toMatchObject({ passes: 4, failures: 3, lastError: null })
    await loop.stop()
  })

  test('begins a pass an interval after the one before began', async () => {
    const began: number[] = []
    const loop = new Loop(
      service(async () => {
        began.push(Date.now())
        await new Promise((resolve) => setTimeout(resolve, began.length === 2 ? 25_000 : 4000))
      }),
      settings,
      silent,
    )
    loop.start()
    await vi.advanceTimersByTimeAsync(60_000)
    await Promise.all([loop.stop(), vi.advanceTimersByTimeAsync(5000)])
    expect(began.map((time) => time - (began[0] ?? 0))).toEqual([0, 10_000, 35_000, 45_000, 55_000])
  })

  test('stops after the operation that is under way', async () => {
    const calls: string[] = []
    const call: ServiceContext['call'] = async (operation) => {
      calls.push(operation)
      await new Promise((resolve) => setTimeout(resolve, 100))
      return operation === 'find' ? { ids: Array.from({ length: 1000 }, (_, index) => String(index)), next: { after: 'x' } } : null
    }
    const loop = new Loop(
      service((context) => workThroughPages(context, { find: 'find', act: 'act' })),
      settings,
      { ...silent, call },
    )
    loop.start()
    await vi.advanceTimersByTimeAsync(350)
    const stopped = loop.stop()
    await vi.advanceTimersByTimeAsync(100)
    await stopped
    expect(calls).toEqual(['find', 'act', 'act', 'act'])
  })
})

describe('pages', () => {
  test('are worked off to the end, and what an operation leaves comes again', async () => {
    const pages = [
      { ids: ['a', 'b', 'c', 'd', 'e'], next: { after: 'e' } },
      { ids: ['f'], next: null },
    ]
    const calls: unknown[] = []
    const call: ServiceContext['call'] = async (operation, body) => {
      calls.push([operation, body])
      if (operation === 'find') return pages.shift()
      return calls.length === 2 ? { left: ['b'] } : null
    }
    const context: ServiceContext = { settings, now: Timestamp.now(), ...silent, call, stopping: false }
    await workThroughPages(context, { find: 'find', act: 'act', body: { recent: true }, atOnce: 2 })
    expect(calls).toEqual([
      ['find', { recent: true }],
      ['act', { recent: true, ids: ['a', 'b'] }],
      ['act', { recent: true, ids: ['b', 'c'] }],
      ['act', { recent: true, ids: ['d', 'e'] }],
      ['find', { recent: true, after: 'e' }],
      ['act', { recent: true, ids: ['f'] }],
    ])
  })

  const failing = (status: number, bad: readonly string[]) => {
    const done: string[] = []
    const call: ServiceContext['call'] = async (operation, body) => {
      if (operation === 'find') return { ids: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], next: null }
      const { ids } = body as { ids: string[] }
      if (ids.some((id) => bad.includes(id))) throw new CallError(operation, { status, body: null })
      done.push(...ids)
      return null
    }
    const context: ServiceContext = { settings, now: Timestamp.now(), ...silent, call, stopping: false }
    return { done, pass: workThroughPages(context, { find: 'find', act: 'act', atOnce: 4 }) }
  }

  test('a row that cannot be dealt with harms no other, and is reported', async () => {
    const { done, pass } = failing(500, ['b', 'g'])
    await expect(pass).rejects.toThrow('act failed for b and 1 others')
    expect(done).toEqual(['a', 'c', 'd', 'e', 'f'])
  })

  test.each([503, 412])('an answer of %s ends the pass', async (status) => {
    const { done, pass } = failing(status, ['b'])
    await expect(pass).rejects.toThrow(`act answered ${status}`)
    expect(done).toEqual([])
  })
})
