/**
 * The proleptic Gregorian calendar on whole numbers. Days count from 1970-01-01; a *wall time* is the seconds that a clock
 * on a wall shows, counted from its own 1970-01-01T00:00, without any zone.
 */
export interface CivilDate {
  year: number
  month: number
  day: number
}

export const secondsPerDay = 86_400

const daysBeforeMonth = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (monthLengths[month - 1] ?? 0)
}

export function daysInYear(year: number): number {
  return isLeapYear(year) ? 366 : 365
}

/** The day number of the first of January. */
export function firstDayOfYear(year: number): number {
  const before = year - 1
  return before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 719_162
}

/** The day number of a date; days past the end of the month run on into the next. */
export function dayNumber(year: number, month: number, day: number): number {
  const leap = month > 2 && isLeapYear(year) ? 1 : 0
  return firstDayOfYear(year) + (daysBeforeMonth[month - 1] ?? 0) + leap + day - 1
}

/** The date of a day number. */
export function civilDate(days: number): CivilDate {
  // Days since 0000-03-01 in eras of 400 years: in years that begin in March the leap day comes last.
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  }
}

/** Monday is 0. */
export function weekday(days: number): number {
  return modulo(days + 3, 7)
}

/** The remainder with the sign of the divisor, as Python's `%`. */
export function modulo(value: number, divisor: number): number {
  const rest = value % divisor
  return rest !== 0 && rest < 0 !== divisor < 0 ? rest + divisor : rest
}

/** Day numbers of 0001-01-01 and 9999-12-31: Python has no dates beyond. */
export const firstDay: number = dayNumber(1, 1, 1)
export const lastDay: number = dayNumber(9999, 12, 31)
