import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { stopRequested } from '../../../src/cli/signals.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal)
})

test('the first signal asks to stop, copies of it count as one, a later one as another', async () => {
  const again = vi.fn()
  const stop = stopRequested(again)
  process.emit('SIGINT', 'SIGINT')
  process.emit('SIGINT', 'SIGINT')
  process.emit('SIGTERM', 'SIGTERM')
  expect(await stop).toBe('SIGINT')
  expect(again).not.toHaveBeenCalled()
  vi.advanceTimersByTime(501)
  process.emit('SIGTERM', 'SIGTERM')
  expect(again).toHaveBeenCalledExactlyOnceWith('SIGTERM')
})
