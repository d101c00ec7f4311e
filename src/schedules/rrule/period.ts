import { civilDate, dayNumber, modulo, secondsPerDay, weekday } from '../calendar.ts'
import { Frequency, type Rule } from './rule.ts'

/** The year, month, week, day, hour, minute or second that an expansion stands at. */
export interface Period {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
}

export function periodAt(wall: number): Period {
  const days = Math.floor(wall / secondsPerDay)
  const second = wall - days * secondsPerDay
  return { ...civilDate(days), hour: Math.floor(second / 3600), minute: Math.floor((second % 3600) / 60), second: second % 60 }
}

/**
 * Moves a period by whole intervals to a day or so before `from`, and gives their number: what a rule yields there does not
 * depend on the periods before, unless it counts.
 */
export function skipPeriods({ frequency, interval, count, weekStart }: Rule, period: Period, from: number): number {
  if (interval < 1) return 0
  const target = Math.floor(from / secondsPerDay) - 1
  const intervals = (distance: number) => Math.max(0, Math.min(Math.floor(distance / interval), count ?? Number.POSITIVE_INFINITY))
  const date = civilDate(target)
  if (frequency === Frequency.yearly) {
    const skipped = intervals(date.year - 1 - period.year)
    period.year += skipped * interval
    return skipped
  }
  if (frequency === Frequency.monthly) {
    const month = period.year * 12 + period.month - 1
    const skipped = intervals(date.year * 12 + date.month - 2 - month)
    const moved = month + skipped * interval
    Object.assign(period, { year: Math.floor(moved / 12), month: (moved % 12) + 1 })
    return skipped
  }
  const today = dayNumber(period.year, period.month, period.day)
  if (frequency === Frequency.weekly) {
    // The first week may be cut short; from the second on each begins on the week's first day.
    const begin = today - modulo(weekday(today) - weekStart, 7)
    const skipped = intervals((target - 7 - begin) / 7)
    if (skipped > 0) Object.assign(period, civilDate(begin + skipped * interval * 7))
    return skipped
  }
  const unit = [secondsPerDay, 3600, 60, 1][frequency - Frequency.daily] ?? 1
  const wall = today * secondsPerDay + period.hour * 3600 + period.minute * 60 + period.second
  const skipped = intervals((target * secondsPerDay - wall) / unit)
  Object.assign(period, periodAt(wall + skipped * interval * unit))
  return skipped
}
