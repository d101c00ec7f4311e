/** What the reference says of texts that are no date; the right column is what it answered. */
import { expect, test } from 'vitest'
import { dateProblem } from '../../../src/schema/date-problem.ts'
import * as s from '../../../src/schema/index.ts'

test.each([
  ['bad', 'input is too short'],
  ['', 'input is too short'],
  ['2026-1-1', 'input is too short'],
  ['2026-01-01x', 'unexpected extra characters at the end of the input'],
  ['2026-01-01T25:00', 'unexpected extra characters at the end of the input'],
  ['2026-13-01', 'month value is outside expected range of 1-12'],
  ['2026-02-30', 'day value is outside expected range'],
  ['20x6-01-01', 'invalid character in year'],
  ['2026x01-01', 'invalid date separator, expected `-`'],
  ['2026-0x-01', 'invalid character in month'],
  ['2026-01x01', 'invalid date separator, expected `-`'],
  ['2026-01-0x', 'invalid character in day'],
  ['99999999999999999999', 'invalid date separator, expected `-`'],
  [' 2026-01-01', 'invalid character in year'],
])('%j: %s', (text, problem) => {
  expect(dateProblem(text)).toBe(problem)
  expect(() => s.validate(s.plainDatetime(), text, [])).toThrow(`Input should be a valid datetime or date, ${problem}`)
})

test.each([
  ['2030-01-01T10:00:00+05:00', '2030-01-01T10:00:00+05:00'],
  ['2030-01-01 10:00:00.25-0330', '2030-01-01T10:00:00.250000-03:30'],
  ['2030-01-01T10:00:00+00:00', '2030-01-01T10:00:00Z'],
  ['2030-01-01T10:00:00', '2030-01-01T10:00:00Z'],
  ['2030-01-01', '2030-01-01T00:00:00Z'],
])('%s keeps its zone: %s', (text, shown) => {
  expect(s.validate(s.datetime({ keepsOffset: true }), text, []).toJSON()).toBe(shown)
})
