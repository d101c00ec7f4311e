/**
 * Triggers of events, as functions from a bucket and an event, or an instant, to the next bucket and firings. Pure.
 *
 * A trigger has one open bucket for each key. An event that fits counts in it. A reactive trigger fires as soon as the count
 * is reached and then waits for the rest of the time; a proactive one fires when the time is over and the count is not
 * reached. An event before the bucket's start is late and ignored; one beyond its end opens the next bucket.
 */
import type { Timestamp } from '../../values/timestamp.ts'
import type { EventTrigger } from '../automations/triggers.ts'
import type { Event } from '../event.ts'
import type { Bucket, Evaluation, FiringFacts } from './bucket.ts'
import { expects, keyLabels, startsAfter } from './covering.ts'

/** How far an event may be before the first one that was seen, and how long one waits for the event that it follows. */
export const lookbackSeconds = 15 * 60

/** A covered event and the bucket of its key, which may not exist yet. */
export function evaluateEvent(
  trigger: EventTrigger,
  key: readonly string[],
  bucket: Bucket | null,
  event: Event,
): Evaluation<Bucket | null> {
  const current = openBucket(trigger, bucket, event)
  if (current === null || !expects(trigger, event.event)) return { result: current, firings: [] }
  return evaluate(trigger, key, current, event.occurred, event)
}

/** The bucket that the event may count in: events of `after` start one, without `after` any event does. */
function openBucket(trigger: EventTrigger, bucket: Bucket | null, event: Event): Bucket | null {
  const starts = startsAfter(trigger, event.event)
  const counts = expects(trigger, event.event)
  if (!starts && (trigger.after.length > 0 || !counts)) return bucket
  if (bucket !== null) return { ...bucket, last_event: event }
  return {
    // Without `after` the first bucket reaches back, for events that arrive out of order.
    start: starts ? event.occurred : event.occurred.addSeconds(-lookbackSeconds),
    end: endFrom(trigger, event.occurred),
    // An event that both starts and counts must not count in the bucket that it starts.
    count: starts && counts ? -1 : 0,
    last_event: event,
    last_operation: 'ensure_bucket[insert]',
  }
}

/** The next bucket of a key, at the time of an event or as the clock goes. */
export function evaluate(
  trigger: EventTrigger,
  key: readonly string[],
  bucket: Bucket,
  now: Timestamp,
  event: Event | null,
): Evaluation<Bucket | null> {
  if (now.isBefore(bucket.start)) return { result: bucket, firings: [] }
  const fits = event !== null && (isImmediate(trigger) || now.isBefore(bucket.end))
  const current = fits ? { ...bucket, count: bucket.count + 1, last_event: event, last_operation: 'increment_bucket[update]' } : bucket
  const isOver = !now.isBefore(current.end)
  const fires = (trigger.posture === 'Reactive' || isOver) && meetsThreshold(trigger, current.count)
  if (!fires && !isOver) return { result: restarted(trigger, current, event) ?? current, firings: [] }
  const firings = fires ? [firingOf(trigger, key, current, event)] : []
  if (trigger.after.length > 0) return { result: null, firings }
  if (trigger.within.microseconds === 0) return { result: fires ? null : current, firings }
  return following(trigger, key, current, now, fits ? null : event, firings)
}

/** The bucket after one that fired or is over; an event that has not counted yet may make a reactive trigger fire at once. */
function following(
  trigger: EventTrigger,
  key: readonly string[],
  bucket: Bucket,
  now: Timestamp,
  uncounted: Event | null,
  firings: FiringFacts[],
): Evaluation<Bucket | null> {
  const start = bucket.end.isAfter(now) ? bucket.end : now
  if (trigger.posture === 'Proactive') return { result: newBucket(trigger, start, uncounted === null ? 0 : 1, null), firings }
  const next = newBucket(trigger, start, 0, null)
  if (uncounted === null) return { result: next, firings }
  const again = evaluate(trigger, key, next, now, uncounted)
  return { result: again.result, firings: [...firings, ...again.firings] }
}

/** A proactive trigger whose expectation is met by an event that also starts one: what is expected next counts from there. */
function restarted(trigger: EventTrigger, bucket: Bucket, event: Event | null): Bucket | null {
  if (event === null || trigger.posture !== 'Proactive' || meetsThreshold(trigger, bucket.count)) return null
  if (!startsAfter(trigger, event.event) || !expects(trigger, event.event)) return null
  return newBucket(trigger, event.occurred, 0, event)
}

export interface KeyedBucket {
  key: readonly string[]
  bucket: Bucket
}

/** A proactive trigger as the clock goes: its buckets afterwards, and when to look again. */
export function evaluateProactively(
  trigger: EventTrigger,
  buckets: readonly KeyedBucket[],
  asOf: Timestamp,
): Evaluation<KeyedBucket[]> & { runAgainAt: Timestamp } {
  // Without `for_each` there is a bucket in any case: nothing at all may happen.
  const needsBucket = trigger.for_each.length === 0 && !buckets.some(({ key }) => key.length === 0)
  const first: KeyedBucket[] = needsBucket
    ? [{ key: [], bucket: { ...newBucket(trigger, asOf, 0, null), last_operation: 'ensure_bucket[insert]' } }]
    : []
  const unmet = [...buckets, ...first].filter(({ bucket }) => bucket.count < trigger.threshold)
  const result: KeyedBucket[] = []
  const firings: FiringFacts[] = []
  let runAgainAt = endFrom(trigger, asOf)
  for (const { key, bucket } of unmet.toSorted((a, b) => compare(a.bucket.start.text, b.bucket.start.text))) {
    const next = evaluate(trigger, key, bucket, asOf, null)
    firings.push(...next.firings)
    if (next.result === null) continue
    result.push({ key, bucket: next.result })
    if (asOf.isBefore(next.result.end) && next.result.end.isBefore(runAgainAt)) runAgainAt = next.result.end
  }
  return { result, firings, runAgainAt }
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b))

const isImmediate = (trigger: EventTrigger): boolean => trigger.posture === 'Reactive' && trigger.within.microseconds === 0

const meetsThreshold = ({ posture, threshold }: EventTrigger, count: number): boolean =>
  posture === 'Reactive' ? count >= threshold : count < threshold

const endFrom = (trigger: EventTrigger, start: Timestamp): Timestamp => start.addMicroseconds(trigger.within.microseconds)

function newBucket(trigger: EventTrigger, start: Timestamp, count: number, last_event: Event | null): Bucket {
  return { start, end: endFrom(trigger, start), count, last_event, last_operation: 'start_new_bucket[update]' }
}

function firingOf(trigger: EventTrigger, key: readonly string[], bucket: Bucket, event: Event | null): FiringFacts {
  const triggering_labels = Object.fromEntries(keyLabels(trigger).map((label, index) => [label, key[index] ?? '']))
  return { triggering_labels, triggering_event: event ?? bucket.last_event }
}
