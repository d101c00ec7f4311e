import type { Timestamp } from '../../values/timestamp.ts'
import { civilDate, secondsPerDay } from '../calendar.ts'
import { findZone, isZoneName } from '../zone.ts'
import { defaultAnchor } from './dates.ts'
import { Refused } from './refused.ts'
import { Frequency } from './rule.ts'
import { parseRecurrence, type Recurrence } from './rule-text.ts'

/**
 * Gives a rule without DTSTART one, as the reference does before it stores a schedule: 2020-01-01, or for rules of minutes
 * and seconds without COUNT the last of their steps before now, on the clocks of the schedule's zone.
 */
export function normalizeRRule(text: string, timezone: string | null, now: Timestamp): string {
  if (text.toUpperCase().includes('DTSTART')) return text
  const recurrence = readRecurrence(text, now)
  if (recurrence === null) return text
  return `DTSTART:${compactText(anchorOf(recurrence, timezone, now))}\n${text}`
}

function anchorOf(recurrence: Recurrence, timezone: string | null, now: Timestamp): number {
  const { wall: anchor } = defaultAnchor
  if (recurrence.kind === 'set') return anchor
  const { count, frequency, interval } = recurrence.rule
  if (count !== null || frequency < Frequency.minutely || interval === 0) return anchor
  const seconds = Math.floor(now.microseconds / 1e6)
  const wall = timezone !== null && isZoneName(timezone) ? findZone(timezone).toLocal(seconds).wall : seconds
  if (wall <= anchor) return anchor
  const period = interval * (frequency === Frequency.minutely ? 60 : 1)
  return anchor + Math.floor((wall - anchor) / period) * period
}

function readRecurrence(text: string, now: Timestamp): Recurrence | null {
  try {
    return parseRecurrence(text, defaultAnchor, now)
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}

/** `YYYYMMDDTHHMMSS`. */
function compactText(wall: number): string {
  const days = Math.floor(wall / secondsPerDay)
  const { year, month, day } = civilDate(days)
  const time = wall - days * secondsPerDay
  const parts = [Math.floor(time / 3600), Math.floor((time % 3600) / 60), time % 60]
  const [monthText, dayText, ...times] = [month, day, ...parts].map((part) => String(part).padStart(2, '0'))
  return `${String(year).padStart(4, '0')}${monthText}${dayText}T${times.join('')}`
}
