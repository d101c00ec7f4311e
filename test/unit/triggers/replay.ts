/** Replays a stream that `reference.py` has written: the same events, ticks and automations, with our triggers. */
import { Automation } from '../../../src/events/automations/automation.ts'
import { allEvents, allFirings, type Firing, ReceivedEvent } from '../../../src/events/automations/firing.ts'
import type { Event } from '../../../src/events/event.ts'
import type { Bucket } from '../../../src/events/triggers/bucket.ts'
import { arrange } from '../../../src/events/triggers/causal-order.ts'
import { lookbackSeconds } from '../../../src/events/triggers/evaluate.ts'
import { type BucketPlace, Evaluator } from '../../../src/events/triggers/evaluator.ts'
import { TriggerIndex } from '../../../src/events/triggers/trigger-index.ts'
import * as s from '../../../src/schema/index.ts'
import type { Json } from '../../../src/values/json.ts'
import { Timestamp } from '../../../src/values/timestamp.ts'

export interface Stream {
  automations: Json[]
  steps: ({ at: string } & ({ event: Json } | { tick: true }))[]
  firings: RecordedFiring[]
  buckets: RecordedBucket[]
  children: unknown[]
  followers: string[]
}

/** Trigger, key, start, end, count, last event. */
export type RecordedBucket = [string, readonly string[], string, string, number, string | null]

export interface RecordedFiring {
  step: number
  automation: string
  labels: Record<string, string>
  event: string | null
  /** The triggers that took part. */
  firings: string[]
  events: string[]
  /** Type, place and triggering event of each action. */
  actions: [string, number, string | null][]
}

const bucketBufferSeconds = 60

/** What is kept between two steps, as the database keeps it. */
export class Replay {
  readonly #index: TriggerIndex
  readonly #buckets = new Map<string, { place: BucketPlace; bucket: Bucket }>()
  readonly #children = new Map<string, readonly Firing[]>()
  readonly #nextRuns = new Map<string, Timestamp>()
  readonly #seen = new Set<string>()
  #followers: Event[] = []
  #now = Timestamp.fromMicroseconds(0)
  readonly firings: RecordedFiring[] = []

  constructor(automations: readonly Json[]) {
    this.#index = new TriggerIndex(automations.map((each) => s.validate(Automation, structuredClone(each))))
  }

  /** Events that arrive together. */
  receive(step: number, at: Timestamp, events: readonly Event[]): void {
    const fresh = events.filter(({ id }) => !this.#seen.has(id) && !this.#followers.some((waiting) => waiting.id === id))
    // Who has waited too long goes on waiting for the next tick, unless the leader comes after all.
    this.#take(step, at, [...this.#followers, ...fresh], longAgo)
  }

  #take(step: number, at: Timestamp, events: readonly Event[], now: Timestamp): void {
    this.#now = at
    const { ready, waiting } = arrange(events, (id) => this.#seen.has(id), now)
    this.#followers = waiting
    this.#evaluate(step, (evaluator) => {
      for (const event of ready) {
        this.#seen.add(event.id)
        evaluator.react(event)
      }
    })
  }

  /** The clock of the services: events that waited too long, what was expected and did not happen, buckets that are long over. */
  tick(step: number, at: Timestamp): void {
    const isLost = ({ received }: Event): boolean => at.secondsSince(received) >= lookbackSeconds
    const lost = this.#followers.filter(isLost).toSorted((a, b) => (a.occurred.text < b.occurred.text ? -1 : 1))
    this.#take(step, at, [...this.#followers.filter((follower) => !isLost(follower)), ...lost], at)
    this.#now = at
    const old = at.addSeconds(-bucketBufferSeconds)
    for (const [name, { bucket }] of this.#buckets) if (!bucket.end.isAfter(old)) this.#buckets.delete(name)
    this.#evaluate(step, (evaluator) => {
      for (const loaded of this.#index.triggers) {
        const { trigger } = loaded
        if (trigger.posture !== 'Proactive' || this.#nextRuns.get(trigger.id)?.isAfter(this.#clock())) continue
        this.#nextRuns.set(trigger.id, evaluator.passTime(loaded, this.#clock()))
      }
    })
  }

  #clock = (): Timestamp => {
    this.#now = this.#now.addMicroseconds(1)
    return this.#now
  }

  #evaluate(step: number, work: (evaluator: Evaluator) => void): void {
    const evaluator = new Evaluator(this.#index, this.#clock)
    for (const { place, bucket } of this.#buckets.values()) evaluator.putBucket(place, bucket)
    for (const [parent, firings] of this.#children) evaluator.putChildren('', parent, firings)
    work(evaluator)
    for (const { bucket, changed: _, ...place } of evaluator.changedSlots) {
      const name = JSON.stringify([place.triggerId, place.key])
      if (bucket === null) this.#buckets.delete(name)
      else this.#buckets.set(name, { place, bucket })
    }
    for (const { parentId, firings } of evaluator.changedChildren) this.#children.set(parentId, firings)
    const byFiring = Map.groupBy(evaluator.consequences.actions, ({ firing }) => firing)
    for (const [firing, actions] of byFiring) {
      if (firing === null) continue
      this.firings.push({
        step,
        automation: actions[0]?.automation.name ?? '',
        labels: firing.triggering_labels,
        event: firing.triggering_event?.id ?? null,
        firings: allFirings(firing)
          .map(({ trigger }) => trigger.id)
          .sort(),
        events: allEvents(firing)
          .map(({ id }) => id)
          .sort(),
        actions: actions.map(({ action, action_index, triggering_event }) => [action.type, action_index, triggering_event?.event ?? null]),
      })
    }
  }

  get buckets(): RecordedBucket[] {
    return [...this.#buckets.values()].map(({ place, bucket: { start, end, count, last_event } }) => [
      place.triggerId,
      place.key,
      start.toJSON(),
      end.toJSON(),
      count,
      last_event?.id ?? null,
    ])
  }

  get children(): unknown[] {
    return [...this.#children].flatMap(([parent, firings]) =>
      firings.map(({ trigger, triggering_event }) => [parent, trigger.id, triggering_event?.id ?? null]),
    )
  }

  get followers(): string[] {
    return this.#followers.map(({ id }) => id)
  }
}

const longAgo = Timestamp.fromMicroseconds(0)

export const readEvent = (json: Json): Event => s.validate(ReceivedEvent, json)
export const readInstant = (text: string): Timestamp => s.validate(s.datetime(), text)
