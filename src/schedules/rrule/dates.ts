import type { Timestamp } from '../../values/timestamp.ts'
import { dayNumber, secondsPerDay } from '../calendar.ts'
import { dateutilOffset } from '../dateutil-offset.ts'
import { ScheduleError } from '../error.ts'
import { compareInstants, type Instant, type Occurrence, timestampOf } from '../instant.ts'
import type { Window } from '../window.ts'
import type { Zone } from '../zone.ts'
import type { TextDate } from './date-text.ts'
import { expandRecurrence } from './expand-set.ts'
import { Refused } from './refused.ts'
import { parseRecurrence, type Recurrence } from './rule-text.ts'

/** Where rules without a DTSTART begin. */
export const defaultAnchor: TextDate = { wall: dayNumber(2020, 1, 1) * secondsPerDay, microseconds: 0, aware: false }

/** Wall times are looked at from two days before a window to two days after it: further off no zone's clocks are. */
const slack = 2 * secondsPerDay

/**
 * The dates of an rrule schedule. The rule runs on what clocks show: zones that the text names are dropped, the schedule's
 * counts. A `null` zone fails at the first date, as it does in the reference.
 */
export function* rruleDates(
  text: string,
  zone: Zone | null,
  { start, end, count, attempts }: Window,
  now: Timestamp,
): Generator<Occurrence> {
  const span = { from: start.seconds - slack, to: end === null ? Number.POSITIVE_INFINITY : end.seconds + slack }
  const seen = new Set<number>()
  let attempt = 0
  for (const wall of expandRecurrence(readRecurrence(text, now), span)) {
    const seconds = Math.floor(wall)
    const microseconds = Math.round((wall - seconds) * 1e6)
    const instant: Instant = { seconds: zone === null ? seconds : seconds - dateutilOffset(zone, seconds), microseconds }
    if (compareInstants(instant, start) < 0) continue
    if (zone === null) throw new ScheduleError('expected str, bytes or os.PathLike object, not NoneType')
    if (end !== null && compareInstants(instant, end) > 0) return
    const shown = zone.toLocal(instant.seconds).wall * 1e6 + microseconds
    if (!seen.has(shown)) {
      seen.add(shown)
      yield { at: timestampOf(instant), wall: shown }
    }
    if (seen.size >= count || attempt++ > attempts) return
  }
}

function readRecurrence(text: string, now: Timestamp): Recurrence {
  try {
    return parseRecurrence(text, defaultAnchor, now)
  } catch (error) {
    if (error instanceof Refused) throw new ScheduleError(error.message)
    throw error
  }
}
