import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Duration } from '../../../src/values/duration.ts'
import { Timestamp } from '../../../src/values/timestamp.ts'

/** 1684 to 2255: where a double holds every microsecond. */
const microseconds = fc.integer({ min: -9_000_000_000_000_000, max: 9_000_000_000_000_000 })

describe('Timestamp', () => {
  test('keeps every microsecond', () => {
    fc.assert(
      fc.property(microseconds, (value) => {
        expect(Timestamp.fromMicroseconds(value).microseconds).toBe(value)
      }),
    )
  })

  test('orders its text as time does', () => {
    const years = fc.integer({ min: 0, max: 9_000_000_000_000_000 })
    fc.assert(
      fc.property(years, years, (a, b) => {
        expect(Timestamp.fromMicroseconds(a).isBefore(Timestamp.fromMicroseconds(b))).toBe(a < b)
      }),
    )
  })

  test('writes no fraction when it is zero, else six digits', () => {
    expect(JSON.stringify(Timestamp.fromMicroseconds(0))).toBe('"1970-01-01T00:00:00Z"')
    expect(JSON.stringify(Timestamp.fromMicroseconds(1))).toBe('"1970-01-01T00:00:00.000001Z"')
    expect(JSON.stringify(Timestamp.fromMicroseconds(-1))).toBe('"1969-12-31T23:59:59.999999Z"')
  })

  test('the clock never repeats an instant and stays near the wall', () => {
    const readings = Array.from({ length: 5000 }, () => Timestamp.now())
    expect(new Set(readings.map((reading) => reading.text)).size).toBe(readings.length)
    expect(Math.abs((readings.at(-1)?.milliseconds ?? 0) - Date.now())).toBeLessThan(1000)
  })

  test('refuses text that is not canonical', () => {
    for (const text of ['2024-01-01T00:00:00Z', '2024-01-01 00:00:00.000000Z', '']) {
      expect(() => Timestamp.fromCanonical(text)).toThrow(RangeError)
    }
  })
})

describe('Duration', () => {
  test('is written in seconds', () => {
    expect(JSON.stringify(Duration.fromSeconds(1.5).add(Duration.fromMicroseconds(1)))).toBe('1.500001')
  })
})
