import { expect, test } from 'vitest'
import { NewsLength } from '../../../src/broker/redis/news-length.ts'

test('a stream of small entries is long, one of large entries short', () => {
  const length = new NewsLength()
  expect(length.next(200)).toBe(4096)
  for (let count = 0; count < 100; count++) length.next(1024 * 1024)
  expect(length.next(1024 * 1024)).toBeGreaterThanOrEqual(63)
  expect(length.next(1024 * 1024)).toBeLessThan(70)
  for (let count = 0; count < 100; count++) length.next(32 * 1024 * 1024)
  expect(length.next(32 * 1024 * 1024)).toBe(16)
  for (let count = 0; count < 200; count++) length.next(200)
  expect(length.next(200)).toBe(4096)
})
