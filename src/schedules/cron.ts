import { type CivilDate, civilDate, dayNumber, daysInMonth, lastDay, modulo, secondsPerDay, weekday } from './calendar.ts'
import { type CronExpression, CronField, type CronItem } from './cron-expression.ts'
import { ScheduleError } from './error.ts'

const yearsSearched = 50
const anything: CronItem[] = ['*']

/** The first wall time after `wall` that a cron expression names, searched as croniter does: up to 50 years ahead. */
export function nextCronTime(expression: CronExpression, wall: number, dayOr: boolean): number {
  const { fields } = expression
  const days = fields[CronField.day] ?? anything
  const weekdays = fields[CronField.weekday] ?? anything
  if (!dayOr || days[0] === '*' || weekdays[0] === '*') return search(expression, fields, wall)
  const byDay = search(expression, fields.with(CronField.weekday, anything), wall)
  const byWeekday = search(expression, fields.with(CronField.day, anything), wall)
  return Math.min(byDay, byWeekday)
}

/** The moment that the search stands at. */
interface Position extends CivilDate {
  days: number
  hour: number
  minute: number
  second: number
}

function search(expression: CronExpression, fields: CronItem[][], wall: number): number {
  const hasSeconds = fields.length > 5
  const at = positionOf(wall + (hasSeconds ? 1 : 60))
  const firstYear = at.year
  while (at.year - firstYear <= yearsSearched) {
    if (fields.length === 7 && toYear(at, fields[CronField.year] ?? anything)) continue
    if (toMonth(at, fields[CronField.month] ?? anything)) continue
    if (toDay(at, fields[CronField.day] ?? anything)) continue
    if (expression.weekdayOccurrences.size > 0) {
      if (toWeekdayOccurrence(at, expression.weekdayOccurrences)) continue
    } else if (toWeekday(at, fields[CronField.weekday] ?? anything)) continue
    if (toHour(at, fields[CronField.hour] ?? anything)) continue
    if (toMinute(at, fields[CronField.minute] ?? anything)) continue
    if (!hasSeconds) at.second = 0
    else if (toSecond(at, fields[CronField.second] ?? anything)) continue
    return at.days * secondsPerDay + at.hour * 3600 + at.minute * 60 + at.second
  }
  throw noDate()
}

function noDate(): ScheduleError {
  return new ScheduleError('failed to find next date')
}

function positionOf(wall: number): Position {
  const days = Math.floor(wall / secondsPerDay)
  const time = wall - days * secondsPerDay
  return { days, ...civilDate(days), hour: Math.floor(time / 3600), minute: Math.floor((time % 3600) / 60), second: time % 60 }
}

/** Moves to the beginning of a day. */
function moveToDay(at: Position, days: number): true {
  if (days > lastDay) throw noDate()
  Object.assign(at, { days, ...civilDate(days), hour: 0, minute: 0, second: 0 })
  return true
}

/** How far on the next allowed value lies, round the end of a cycle of `size` if need be. */
function distance(value: number, allowed: CronItem[], size: number): number {
  for (const item of allowed) {
    const candidate = item === 'l' ? size : item
    if (typeof candidate === 'number' && candidate >= value) return candidate - value
  }
  const [first] = allowed
  return (typeof first === 'number' ? first : value) - value + size
}

// Each of these moves to the next value that its field allows and says whether it moved.

function toYear(at: Position, allowed: CronItem[]): boolean {
  if (allowed.includes('*')) return false
  const year = allowed.find((item) => typeof item === 'number' && item >= at.year)
  if (typeof year !== 'number') throw noDate()
  return year !== at.year && moveToDay(at, dayNumber(year, 1, 1))
}

function toMonth(at: Position, allowed: CronItem[]): boolean {
  if (allowed.includes('*')) return false
  const months = distance(at.month, allowed, 12)
  if (months === 0) return false
  const month = at.month + months
  return moveToDay(at, month > 12 ? dayNumber(at.year + 1, month - 12, 1) : dayNumber(at.year, month, 1))
}

function toDay(at: Position, allowed: CronItem[]): boolean {
  if (allowed.includes('*')) return false
  const length = daysInMonth(at.year, at.month)
  if (allowed.includes('l') && at.day === length) return false
  const days = distance(at.day, allowed, length)
  return days !== 0 && moveToDay(at, at.days + days)
}

function toWeekday(at: Position, allowed: CronItem[]): boolean {
  if (allowed.includes('*')) return false
  const days = distance((weekday(at.days) + 1) % 7, allowed, 7)
  return days !== 0 && moveToDay(at, at.days + days)
}

function toWeekdayOccurrence(at: Position, occurrences: CronExpression['weekdayOccurrences']): boolean {
  const length = daysInMonth(at.year, at.month)
  const sundayBased = (weekday(at.days) + 1) % 7
  let nearest = length + 1
  for (const [wanted, ordinals] of occurrences) {
    // The first day of the month that is this weekday.
    const first = modulo(at.day - 1 + wanted - sundayBased, 7) + 1
    for (const ordinal of ordinals) {
      const day = ordinal === 'l' ? first + 7 * Math.floor((length - first) / 7) : first + 7 * (ordinal - 1)
      if (day >= at.day && day < nearest) nearest = day
    }
  }
  return nearest !== at.day && moveToDay(at, at.days + nearest - at.day)
}

function toHour(at: Position, allowed: CronItem[]): boolean {
  if (allowed.includes('*')) return false
  const hours = distance(at.hour, allowed, 24)
  if (hours === 0) return false
  const hour = at.hour + hours
  if (hour >= 24) moveToDay(at, at.days + 1)
  at.hour = hour % 24
  at.minute = 0
  at.second = 0
  return true
}

function toMinute(at: Position, allowed: CronItem[]): boolean {
  if (allowed.includes('*')) return false
  const minutes = distance(at.minute, allowed, 60)
  if (minutes === 0) return false
  const minute = at.minute + minutes
  at.minute = minute % 60
  at.second = 0
  if (minute >= 60) addHour(at)
  return true
}

function toSecond(at: Position, allowed: CronItem[]): boolean {
  if (allowed.includes('*')) return false
  const seconds = distance(at.second, allowed, 60)
  if (seconds === 0) return false
  const second = at.second + seconds
  at.second = second % 60
  if (second >= 60 && ++at.minute === 60) {
    at.minute = 0
    addHour(at)
  }
  return true
}

function addHour(at: Position): void {
  if (++at.hour < 24) return
  const { minute, second } = at
  moveToDay(at, at.days + 1)
  at.minute = minute
  at.second = second
}
