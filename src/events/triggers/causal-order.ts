/** The order in which events are evaluated: an event that follows another comes after it. Pure. */
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Event } from '../event.ts'
import { lookbackSeconds } from './evaluate.ts'

export interface Arranged {
  ready: Event[]
  /** Events whose leaders have not arrived. */
  waiting: Event[]
}

/**
 * Arranges events as they arrived. What waited for an event comes right after it, in the order in which it occurred. Nobody
 * waits longer than the lookback. `isSeen` tells of events that were evaluated before.
 */
export function arrange(events: readonly Event[], isSeen: (id: Uuid) => boolean, now: Timestamp): Arranged {
  const ready: Event[] = []
  const done = new Set<Uuid>()
  const followers = new Map<Uuid, Event[]>()
  for (const event of events) {
    const follows = event.follows === event.id ? null : event.follows
    const arrivedEarly = follows !== null && !done.has(follows) && !isSeen(follows) && now.secondsSince(event.received) < lookbackSeconds
    if (arrivedEarly) {
      followers.set(follows, [...(followers.get(follows) ?? []), event])
      continue
    }
    // Depth first, without recursion: a chain may be as long as the batch.
    const stack = [event]
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      ready.push(next)
      done.add(next.id)
      stack.push(...(followers.get(next.id) ?? []).toSorted(byOccurred).reverse())
      followers.delete(next.id)
    }
  }
  return { ready, waiting: [...followers.values()].flat() }
}

const byOccurred = (a: Event, b: Event): number => (a.occurred.text < b.occurred.text ? -1 : Number(a.occurred.text > b.occurred.text))
