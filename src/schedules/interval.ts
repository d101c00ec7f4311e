import { secondsPerDay } from './calendar.ts'
import { addSeconds, compareInstants, type Instant, type Occurrence, secondsBetween, timestampOf } from './instant.ts'
import type { Window } from './window.ts'
import type { Zone } from './zone.ts'

/** An instant together with what clocks show: `wall` has the same microseconds. */
interface LocalInstant extends Instant {
  wall: number
}

/**
 * The dates of an interval schedule. Whole days are added on the clock, so that a daily schedule keeps its hour when the
 * clocks change, and the rest in real time. Dates are compared by what clocks show, as the reference does: in an hour that
 * clocks repeat it drops dates of the second pass that look like those of the first.
 */
export function* intervalDates(interval: number, anchor: Instant, zone: Zone, window: Window): Generator<Occurrence> {
  const days = Math.floor(interval / secondsPerDay)
  const rest = interval - days * secondsPerDay
  const advance = (date: LocalInstant) => (days === 0 ? inZone(addSeconds(date, rest), zone) : addOnClock(date, days, rest, zone))
  const start = inZone(window.start, zone)
  const end = window.end && inZone(window.end, zone)
  const skipped = Math.trunc(secondsBetween(start, anchor) / interval)
  let next = inZone(addSeconds(anchor, interval * skipped), zone)
  while (compareWalls(next, start) < 0) next = advance(next)
  const seen = new Set<number>()
  for (let attempt = 0; ; attempt++) {
    if (end && compareWalls(next, end) > 0) return
    const wall = next.wall * 1e6 + next.microseconds
    if (!seen.has(wall)) {
      seen.add(wall)
      yield { at: timestampOf(next), wall }
    }
    if (seen.size >= window.count || attempt > window.attempts) return
    next = advance(next)
  }
}

function inZone(instant: Instant, zone: Zone): LocalInstant {
  return { ...instant, wall: zone.toLocal(instant.seconds).wall }
}

function addOnClock({ wall, microseconds }: LocalInstant, days: number, rest: number, zone: Zone): LocalInstant {
  const moved = addSeconds({ seconds: wall + days * secondsPerDay, microseconds }, rest)
  // A time that clocks repeat means its second pass, one in a gap moves on.
  const local = zone.normalize({ wall: moved.seconds, fold: 1 })
  return { seconds: zone.toInstant(local), microseconds: moved.microseconds, wall: local.wall }
}

function compareWalls(a: LocalInstant, b: LocalInstant): number {
  return compareInstants({ seconds: a.wall, microseconds: a.microseconds }, { seconds: b.wall, microseconds: b.microseconds })
}
