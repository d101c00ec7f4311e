import { daysInMonth, daysInYear, firstDayOfYear, weekday } from '../calendar.ts'
import { ScheduleError } from '../error.ts'
import { Frequency, type Rule } from './rule.ts'

/**
 * Which days of one year a rule's week numbers, nth weekdays and Easter offsets name. Days are counted from the year's
 * first; a week may run on into the next year, so the masks are seven days longer.
 */
export class YearDays {
  readonly year: number
  /** Day number of the first of January. */
  readonly first: number
  readonly length: number
  readonly nextLength: number
  readonly #rule: Rule
  readonly #inWeek: boolean[] | null
  readonly #inEaster: boolean[] | null
  #nthMonth = 0
  #isNth: boolean[] | null = null

  constructor(rule: Rule, year: number) {
    this.year = year
    this.first = firstDayOfYear(year)
    this.length = daysInYear(year)
    this.nextLength = daysInYear(year + 1)
    this.#rule = rule
    this.#inWeek = rule.weekNumbers && this.#weeks(rule.weekNumbers, rule.weekStart)
    this.#inEaster = rule.easterOffsets && this.#easter(rule.easterOffsets)
  }

  weekdayOf(index: number): number {
    return weekday(this.first + index)
  }

  /** True when none of the three rules the day out; `month` is the one that the rule stands at. */
  allows(index: number, month: number): boolean {
    if (this.#inWeek !== null && !this.#inWeek[index]) return false
    if (this.#inEaster !== null && !this.#inEaster[index]) return false
    return this.#rule.nthWeekdays === null || this.#nthWeekdays(month)[index] === true
  }

  /** Throws where dateutil's tables end: it fails for the whole period, whatever its days. */
  prepare(month: number): void {
    if (this.#rule.nthWeekdays !== null) this.#nthWeekdays(month)
  }

  #weeks(numbers: Set<number>, weekStart: number): boolean[] {
    const mask = new Array<boolean>(this.length + 7).fill(false)
    const firstWeekStart = (7 - this.weekdayOf(0) + weekStart) % 7
    // Week 1 has at least four days in the year, so it may have begun in the last one.
    const begunBefore = firstWeekStart >= 4
    const weekOne = begunBefore ? 0 : firstWeekStart
    const days = begunBefore ? this.length + ((this.weekdayOf(0) - weekStart + 7) % 7) : this.length - weekOne
    const count = Math.floor(days / 7) + Math.floor((days % 7) / 4)
    const begin = (number: number) => weekOne + (number - 1) * 7 - (number > 1 && weekOne !== firstWeekStart ? 7 - firstWeekStart : 0)
    const mark = (start: number) => {
      for (let index = start; index < start + 7; ) {
        mask[index] = true
        if (this.weekdayOf(++index) === weekStart) return
      }
    }
    for (const given of numbers) {
      const number = given < 0 ? given + count + 1 : given
      if (number > 0 && number <= count) mark(begin(number))
    }
    if (numbers.has(1) && begin(count + 1) < this.length) mark(begin(count + 1))
    if (weekOne > 0 && numbers.has(this.#lastWeekOfLastYear(numbers, weekStart, weekOne))) mask.fill(true, 0, weekOne)
    return mask
  }

  #lastWeekOfLastYear(numbers: Set<number>, weekStart: number, weekOne: number): number {
    if (numbers.has(-1)) return -1
    const firstWeekday = weekday(firstDayOfYear(this.year - 1))
    if ((7 - firstWeekday + weekStart) % 7 < 4) return 52 + Math.floor(((this.length - weekOne) % 7) / 4)
    const days = daysInYear(this.year - 1) + ((firstWeekday - weekStart + 7) % 7)
    return 52 + Math.floor((days % 7) / 4)
  }

  #easter(offsets: number[]): boolean[] {
    const mask = new Array<boolean>(this.length + 7).fill(false)
    for (const offset of offsets) mask[pythonIndex(easterIndex(this.year) + offset, mask.length)] = true
    return mask
  }

  #nthWeekdays(month: number): boolean[] {
    if (this.#isNth === null || (this.#rule.frequency === Frequency.monthly && this.#nthMonth !== month)) {
      this.#isNth = this.#markNthWeekdays(month)
      this.#nthMonth = month
    }
    return this.#isNth
  }

  #markNthWeekdays(month: number): boolean[] {
    const { frequency, months, nthWeekdays } = this.#rule
    const mask = new Array<boolean>(this.length).fill(false)
    const yearly = frequency === Frequency.yearly
    const spans =
      yearly && months === null ? [[0, this.length - 1]] : (yearly ? [...(months ?? [])] : [month]).map((name) => this.#monthSpan(name))
    // dateutil has a table of 385 weekdays, cut at the year's first.
    const known = 385 - this.weekdayOf(0)
    for (const [from = 0, to = 0] of spans) {
      for (const { weekday: wanted, nth } of nthWeekdays ?? []) {
        const number = nth ?? 1
        const near = number < 0 ? to + (number + 1) * 7 : from + (number - 1) * 7
        const actual = this.weekdayOf(pythonIndex(near, known))
        const index = number < 0 ? near - ((actual - wanted + 7) % 7) : near + ((7 - actual + wanted) % 7)
        if (index >= from && index <= to) mask[index] = true
      }
    }
    return mask
  }

  #monthSpan(month: number): [from: number, to: number] {
    if (month < 1 || month > 12) throw new ScheduleError('not enough values to unpack (expected 2, got 1)')
    let from = 0
    for (let earlier = 1; earlier < month; earlier++) from += daysInMonth(this.year, earlier)
    return [from, from + daysInMonth(this.year, month) - 1]
  }
}

/** A place in a Python list: negative ones count from the end. */
function pythonIndex(index: number, length: number): number {
  const place = index < 0 ? index + length : index
  if (place < 0 || place >= length) throw new ScheduleError('list index out of range')
  return place
}

/** Easter Sunday (Gregorian), counted from the year's first day; by the anonymous algorithm. */
function easterIndex(year: number): number {
  const golden = year % 19
  const century = Math.floor(year / 100)
  const rest = year % 100
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3)
  const epact = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30
  const toSunday = (32 + 2 * (century % 4) + 2 * Math.floor(rest / 4) - epact - (rest % 4)) % 7
  const late = Math.floor((golden + 11 * epact + 22 * toSunday) / 451)
  // Days after the 22nd of March.
  const days = epact + toSunday - 7 * late
  return 31 + daysInMonth(year, 2) + 21 + days
}
