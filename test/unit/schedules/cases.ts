import { isDeepStrictEqual } from 'node:util'
import { generateDates, ScheduleError, scheduleDates } from '../../../src/schedules/index.ts'
import { normalizeRRule } from '../../../src/schedules/rrule/normalize.ts'
import { Schedule } from '../../../src/schedules/schemas.ts'
import { collect, type ValidationIssue } from '../../../src/schema/index.ts'
import type { Json } from '../../../src/values/json.ts'
import { Timestamp } from '../../../src/values/timestamp.ts'

/** A line of `reference.py`: what was asked and what the reference answers. */
export type Case = { class: string; now: string } & (DatesCase | InputCase)

interface DatesCase {
  schedule: Json
  n: number | null
  start: string | null
  end: string | null
  dates?: string[]
  /** The places in `dates` in the order of `get_dates`. */
  sorted?: number[]
  error?: string
}

interface InputCase {
  input: { [key: string]: Json }
  valid?: { [key: string]: Json }
  issues?: [type: string, loc: (string | number)[], msg: string][]
  /** The reference raises something that makes a 500. */
  fault?: true
}

/** What our code answers when it differs from the reference, else null. */
export function difference(each: Case): unknown {
  return 'input' in each ? differenceOfInput(each) : differenceOfDates(each)
}

function differenceOfDates(each: DatesCase & { now: string }): unknown {
  const schedule = read(each.schedule).value
  if (typeof schedule === 'symbol') return 'refused'
  const time = (text: string | null) => (text === null ? null : Timestamp.fromCanonical(text))
  const options = { n: each.n, start: time(each.start), end: time(each.end), now: Timestamp.fromCanonical(each.now) }
  try {
    const dates = [...generateDates(schedule, options)].map((date) => date.text)
    if (!isDeepStrictEqual(dates, each.dates)) return dates
    const sorted = scheduleDates(schedule, options).map((date) => dates.indexOf(date.text))
    return isDeepStrictEqual(sorted, each.sorted) ? null : { sorted }
  } catch (error) {
    if (!(error instanceof ScheduleError)) return error
    return each.error === undefined ? String(error) : null
  }
}

function differenceOfInput(each: InputCase & { now: string }): unknown {
  const { value, issues } = read(each.input)
  const now = Timestamp.fromCanonical(each.now)
  if (typeof value === 'symbol') {
    const found = issues.map(({ type, loc, msg }) => [type, loc, msg])
    return each.fault || isDeepStrictEqual(found, each.issues) ? null : found
  }
  if (each.valid === undefined) return value
  const normal = 'rrule' in value ? { ...value, rrule: normalizeRRule(value.rrule, value.timezone, now) } : value
  const written = JSON.parse(JSON.stringify(normal))
  if (!('anchor_date' in each.input)) delete written.anchor_date
  return isDeepStrictEqual(written, each.valid) ? null : written
}

function read(input: Json) {
  const issues: ValidationIssue[] = []
  return { value: collect(Schedule, input, [], issues), issues }
}
