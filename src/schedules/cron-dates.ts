import { nextCronTime } from './cron.ts'
import type { CronExpression } from './cron-expression.ts'
import { type Occurrence, timestampOf } from './instant.ts'
import type { Window } from './window.ts'
import type { Zone } from './zone.ts'

/**
 * The dates of a cron schedule: the expression runs on what clocks show, from a second before the start, and each time is
 * placed in the zone afterwards: a repeated one on its first pass, one in a gap before it (so it may repeat another).
 */
export function* cronDates(
  expression: CronExpression,
  dayOr: boolean,
  zone: Zone,
  { start, end, count, attempts }: Window,
): Generator<Occurrence> {
  const endWall = end && zone.toLocal(end.seconds).wall
  let next = zone.toLocal(start.microseconds > 0 ? start.seconds : start.seconds - 1).wall
  const seen = new Set<number>()
  for (let attempt = 0; ; attempt++) {
    next = nextCronTime(expression, next, dayOr)
    const local = zone.normalize({ wall: next, fold: 0 })
    if (endWall !== null && local.wall > endWall) return
    if (!seen.has(local.wall)) {
      seen.add(local.wall)
      yield { at: timestampOf({ seconds: zone.toInstant(local), microseconds: 0 }), wall: local.wall * 1e6 }
    }
    if (seen.size >= count || attempt > attempts) return
  }
}
