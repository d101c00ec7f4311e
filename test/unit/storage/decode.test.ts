import { describe, expect, test } from 'vitest'
import { decodeBoolean, decodeDuration, decodeJson, decodeTimestamp } from '../../../src/storage/decode.ts'
import { Duration } from '../../../src/values/duration.ts'
import { Timestamp } from '../../../src/values/timestamp.ts'

describe('instants', () => {
  test.each([
    ['2026-07-01 12:00:00.123456', '2026-07-01T12:00:00.123456Z'],
    ['2026-07-01 12:00:00.123000', '2026-07-01T12:00:00.123000Z'],
    // CURRENT_TIMESTAMP, the default of deployment_version in SQLite
    ['2026-07-01 12:00:00', '2026-07-01T12:00:00.000000Z'],
    ['2026-07-01 12:00', '2026-07-01T12:00:00.000000Z'],
    ['2026-07-01T12:00:00Z', '2026-07-01T12:00:00.000000Z'],
    ['2026-07-01 12:00:00+00', '2026-07-01T12:00:00.000000Z'],
    ['2026-07-01 12:00:00.5+00', '2026-07-01T12:00:00.500000Z'],
    // as long as SQLite's form
    ['2026-07-01 12:00:00.123+00', '2026-07-01T12:00:00.123000Z'],
    ['2026-07-01 12:00:00.123456+00', '2026-07-01T12:00:00.123456Z'],
    ['2026-07-01 17:30:00.000001+05:30', '2026-07-01T12:00:00.000001Z'],
    ['2026-06-30 23:30:00-12:30', '2026-07-01T12:00:00.000000Z'],
    ['2026-07-01 12:53:28+00:53:28', '2026-07-01T12:00:00.000000Z'],
  ])('%s', (text, canonical) => {
    expect(decodeTimestamp(text)).toEqual(Timestamp.fromCanonical(canonical))
  })

  test('none, and one that is decoded already', () => {
    const instant = Timestamp.now()
    expect(decodeTimestamp(instant)).toBe(instant)
    expect(decodeTimestamp(null)).toBeNull()
    expect(decodeTimestamp(undefined)).toBeNull()
  })

  test.each(['', 'infinity', '2026-07-01', '12:00', 'x'])('%j is none', (text) => {
    expect(() => decodeTimestamp(text)).toThrow('not an instant')
  })
})

describe('spans of time', () => {
  const hour = 3_600_000_000
  test.each([
    ['1970-01-01 00:00:00.000000', 0],
    ['1970-01-01 01:00:00.000001', hour + 1],
    ['1970-01-02 00:00:00.000000', 24 * hour],
    ['1969-12-31 23:00:00.000000', -hour],
    [0, 0],
    ['0', 0],
    ['00:00:00', 0],
    ['01:00:00', hour],
    ['-01:00:00.5', -hour - 500_000],
    ['00:00:00.000001', 1],
    ['123:00:00', 123 * hour],
    ['1 day', 24 * hour],
    ['3 days 01:00:00', 73 * hour],
    ['-1 days +01:00:00', -23 * hour],
    ['1 mon 1 day', 31 * 24 * hour],
    ['1 year 2 mons -3 days -04:00:00', (365 + 60 - 3) * 24 * hour - 4 * hour],
  ])('%j', (value, microseconds) => {
    expect(decodeDuration(value)).toEqual(Duration.fromMicroseconds(microseconds))
  })

  test('nonsense', () => {
    expect(decodeDuration(null)).toBeNull()
    expect(() => decodeDuration('P1D')).toThrow('not an interval')
  })
})

test('JSON and booleans of computed columns', () => {
  expect(decodeJson('{"a": 1}', 'sqlite')).toEqual({ a: 1 })
  expect(JSON.stringify(decodeJson('[1.0]', 'sqlite'))).toBe('[1.0]')
  expect(decodeJson({ a: 1 }, 'postgres')).toEqual({ a: 1 })
  expect(decodeJson('{"a": 1}', 'postgres')).toBe('{"a": 1}')
  expect(decodeJson(null, 'sqlite')).toBeNull()
  expect([0, 1, true, false, null].map(decodeBoolean)).toEqual([false, true, true, false, null])
})
