/** What pydantic finds wrong with a text that is no date: it reads YYYY-MM-DD from the left and names the first fault. */
import { daysInMonth } from './instants.ts'

const separator = 'invalid date separator, expected `-`'
const steps: readonly (readonly [from: number, to: number, shape: RegExp, problem: string])[] = [
  [0, 4, /^\d{4}$/, 'invalid character in year'],
  [4, 5, /^-$/, separator],
  [5, 7, /^\d{2}$/, 'invalid character in month'],
  [7, 8, /^-$/, separator],
  [8, 10, /^\d{2}$/, 'invalid character in day'],
]

export function dateProblem(text: string): string {
  if (Buffer.byteLength(text) < 10) return 'input is too short'
  const fault = steps.find(([from, to, shape]) => !shape.test(text.slice(from, to)))
  if (fault !== undefined) return fault[3]
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))]
  if (month < 1 || month > 12) return 'month value is outside expected range of 1-12'
  if (day < 1 || day > daysInMonth(year, month)) return 'day value is outside expected range'
  return text.length > 10 ? 'unexpected extra characters at the end of the input' : `year ${year} is out of range`
}
