import { isDigits, parseWholeNumber, splitWords } from './python-text.ts'

/** One entry of an expanded field: a value, any value, or the last day of the month. */
export type CronItem = number | '*' | 'l'

export interface CronExpression {
  /** Five to seven fields in the order of `CronField`; each sorted, and `['*']` when it allows everything. */
  fields: CronItem[][]
  /** Which occurrences in the month (1 to 5, or the last) of which weekdays; empty when none is named. */
  weekdayOccurrences: Map<number, Set<number | 'l'>>
}

export const CronField = { minute: 0, hour: 1, day: 2, month: 3, weekday: 4, second: 5, year: 6 } as const

class BadCron extends Error {}

const ranges: [low: number, high: number][] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
  [0, 59],
  [1970, 2099],
]
const sizes = [60, 24, 31, 12, 7, 60, 130]
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const aliases = new Map([
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
  ['@daily', '0 0 * * *'],
  ['@weekly', '0 0 * * 0'],
  ['@monthly', '0 0 1 * *'],
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
])
const weekdayNames = `(?:${weekdays.join('|')})`
const occurrencePattern = new RegExp(`^(?:(${weekdayNames}(?:-${weekdayNames})?|[\\p{L}\\p{N}_]+)#|l)(\\p{Nd}+)$`, 'u')
const rangePattern = /^([^-]+)-([^-/]+)(?:\/(\p{Nd}+))?$/u
const hashPattern = /^([hr])(?:\((\p{Nd}+)-(\p{Nd}+)\))?(?:\/(\p{Nd}+))?$/u

/** Expands a cron expression as croniter does; null when croniter refuses it. `random` gives [0, 1) for `R`. */
export function parseCron(text: string, random: () => number = Math.random): CronExpression | null {
  try {
    return expand(text, random)
  } catch (error) {
    if (error instanceof BadCron) return null
    throw error
  }
}

/** True when the expression is drawn anew each time that it is read. */
export function isRandomCron(text: string): boolean {
  return splitWords(text.toLowerCase()).some((part) => hashPattern.test(part))
}

function expand(text: string, random: () => number): CronExpression {
  const lower = text.toLowerCase()
  const parts = splitWords(aliases.get(lower) ?? lower)
  if (parts.length < 5 || parts.length > 7) throw new BadCron()
  const weekdayOccurrences = new Map<number, Set<number | 'l'>>()
  const fields = parts.map((part, field) => {
    const values = expandField(withoutQuestionMark(withoutHash(part, field, random), field), field, parts.length, weekdayOccurrences)
    return simplify(sorted(values), field, parts)
  })
  refuseMixedWeekdays(fields[CronField.weekday] ?? [], weekdayOccurrences)
  return { fields, weekdayOccurrences }
}

/** `R`, `R(1-5)` and `R/10` become a value drawn anew each time; `H` needs an id that schedules do not have. */
function withoutHash(part: string, field: number, random: () => number): string {
  const match = hashPattern.exec(part)
  if (match === null) return part
  const [, kind, begin, end, divisor] = match
  if (kind === 'h') throw new BadCron()
  const [lowest, highest] = rangeOf(field)
  const first = begin === undefined ? lowest : whole(begin)
  const last = end === undefined ? highest : whole(end)
  if (begin !== undefined && first >= last) throw new BadCron()
  const draw = (size: number) => (Math.floor(Math.floor(random() * 2 ** 32) / 2 ** field) % size) + first
  if (divisor === undefined) return String(draw(last - first + 1))
  const step = whole(divisor)
  if (step === 0) throw new BadCron()
  return `${draw(step)}-${last}/${step}`
}

function withoutQuestionMark(part: string, field: number): string {
  if (!part.includes('?')) return part
  if (part !== '?' || (field !== CronField.day && field !== CronField.weekday)) throw new BadCron()
  return '*'
}

function expandField(part: string, field: number, length: number, occurrences: CronExpression['weekdayOccurrences']): Set<CronItem> {
  const values = new Set<CronItem>()
  const waiting = part.split(',')
  for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
    const { base, occurrence } = splitOccurrence(entry, field)
    const range = readRange(base, field)
    if (range !== null) {
      const suffix = typeof occurrence === 'number' ? `#${occurrence}` : ''
      waiting.push(...expandRange(range, field, length).map((value) => `${value}${suffix}`))
      continue
    }
    const value = readValue(base, field, length)
    values.add(value)
    if (occurrence === null || typeof value !== 'number') continue
    const known = occurrences.get(value) ?? new Set()
    occurrences.set(value, known.add(occurrence))
  }
  return values
}

/** `2#3` is the third Tuesday, `l3` the last Wednesday. */
function splitOccurrence(entry: string, field: number): { base: string; occurrence: number | 'l' | null } {
  const match = field === CronField.weekday ? occurrencePattern.exec(entry) : null
  if (match === null) return { base: entry, occurrence: null }
  const [, weekday, last = ''] = match
  if (weekday === undefined) return { base: last, occurrence: 'l' }
  const occurrence = whole(last)
  if (occurrence < 1 || occurrence > 5) throw new BadCron()
  return { base: weekday, occurrence }
}

/** The parts of `low-high/step`, to which the forms with a star or without an end are brought first. */
function readRange(entry: string, field: number): { low: string; high: string; step: number } | null {
  const [lowest, highest] = rangeOf(field)
  const match =
    rangePattern.exec(entry.replace(/^\*(\/.+)$/, `${lowest}-${highest}$1`)) ??
    rangePattern.exec(entry.replace(/^(.+)\/(.+)$/, `$1-${highest}/$2`))
  if (match === null) return null
  const [, low = '', high = '', step = '1'] = match
  return { low, high: field === CronField.day && high === 'l' ? '31' : high, step: whole(step) }
}

function expandRange(range: { low: string; high: string; step: number }, field: number, length: number): number[] {
  const [low = 0, high = 0] = [range.low, range.high].map((text) => {
    const value = isDigits(text) ? whole(text) : valueOfName(text, field)
    if (value === 'l') throw new BadCron()
    return alias(value, field, length)
  })
  const { step } = range
  const [lowest, highest] = rangeOf(field)
  if (Math.max(low, high) > highest || step === 0) throw new BadCron()
  if (low === high) return steps(lowest, highest, step)
  if (low < high) return steps(low, high, step)
  const upper = steps(low, highest, step)
  return [...upper, ...steps(lowest + skippedAtWrap(upper.at(-1) ?? low, lowest, highest, step), high, step)]
}

/** How many values of a range that wraps (`apr-jan/3`) are passed over at the beginning of the next round. */
function skippedAtWrap(last: number, lowest: number, highest: number, step: number): number {
  const left = highest - last
  return last - lowest + step > highest - lowest + 1 && left < step ? step - left : 0
}

function steps(low: number, high: number, step: number): number[] {
  const values: number[] = []
  for (let value = low; value <= high; value += step) values.push(value)
  return values
}

function readValue(entry: string, field: number, length: number): CronItem {
  if (entry === '*') return '*'
  const value = isDigits(entry) ? whole(entry) : valueOfName(entry, field)
  if (value === 'l') return value
  const aliased = alias(value, field, length)
  const [lowest, highest] = rangeOf(field)
  if (aliased < lowest || aliased > highest) throw new BadCron()
  return aliased
}

function valueOfName(name: string, field: number): number | 'l' {
  if (field === CronField.day && name === 'l') return 'l'
  const index = field === CronField.month ? months.indexOf(name) : field === CronField.weekday ? weekdays.indexOf(name) : -1
  if (index < 0) throw new BadCron()
  return field === CronField.month ? index + 1 : index
}

/** Weekday 7 is Sunday with five fields, day 0 the first with six; other numbers stand for themselves. */
function alias(value: number, field: number, length: number): number {
  if (field === CronField.day && length === 6 && value === 0) return 1
  return field === CronField.weekday && length === 5 && value === 7 ? 0 : value
}

/** croniter sorts as text, with two digits a number. */
function sorted(values: Set<CronItem>): CronItem[] {
  const key = (item: CronItem) => (typeof item === 'number' ? String(item).padStart(2, '0') : item)
  return [...values].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

/** A field that names all its values is a star, except a day or weekday whose partner is none: those two are joined by OR. */
function simplify(values: CronItem[], field: number, parts: string[]): CronItem[] {
  if (values.length !== sizes[field]) return values
  const partner = field === CronField.day ? CronField.weekday : field === CronField.weekday ? CronField.day : null
  return partner !== null && !parts[partner]?.includes('*') ? values : ['*']
}

function refuseMixedWeekdays(weekdayItems: CronItem[], occurrences: CronExpression['weekdayOccurrences']): void {
  if (occurrences.size === 0 || weekdayItems.length === 7) return
  if (weekdayItems.some((item) => typeof item === 'number' && !occurrences.has(item))) throw new BadCron()
}

function rangeOf(field: number): [low: number, high: number] {
  return ranges[field] ?? [0, 0]
}

function whole(digits: string): number {
  return parseWholeNumber(digits) ?? Number.NaN
}
