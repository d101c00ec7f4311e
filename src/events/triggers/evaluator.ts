/**
 * The triggers at work: a working copy of buckets and of the firings of composite triggers' children, which events and the
 * clock change. It does no I/O: who uses it loads what is needed, and afterwards writes what has changed.
 */
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Firing } from '../automations/firing.ts'
import type { CompositeTrigger } from '../automations/triggers.ts'
import type { Event } from '../event.ts'
import { type Consequences, consequencesOf } from './act.ts'
import type { Bucket, FiringFacts } from './bucket.ts'
import { evaluateComposite, eventFiring } from './composite.ts'
import { bucketingKey } from './covering.ts'
import { evaluateEvent, evaluateProactively, type KeyedBucket } from './evaluate.ts'
import type { LoadedAutomation, LoadedTrigger, TriggerIndex } from './trigger-index.ts'

/** A bucket's place: which trigger, and which key. */
export interface BucketPlace {
  automationId: Uuid
  triggerId: Uuid
  key: readonly string[]
}

export interface Slot extends BucketPlace {
  /** None, or no longer. */
  bucket: Bucket | null
  changed: boolean
}

/** The firings of a composite trigger's children. */
export interface Children {
  automationId: Uuid
  parentId: Uuid
  firings: readonly Firing[]
  changed: boolean
}

/** An event and a trigger that is interested in it. */
export interface Interest {
  loaded: LoadedTrigger
  place: BucketPlace
}

export class Evaluator {
  readonly index: TriggerIndex
  readonly #clock: () => Timestamp
  readonly #slots = new Map<string, Slot>()
  readonly #children = new Map<Uuid, Children>()
  readonly consequences: Consequences = { events: [], actions: [] }

  constructor(index: TriggerIndex, clock: () => Timestamp) {
    this.index = index
    this.#clock = clock
  }

  /** Who is interested in an event, and which buckets that needs. */
  interestsIn(event: Event): Interest[] {
    return this.index.find(event).map((loaded) => ({ loaded, place: placeOf(loaded, bucketingKey(loaded.trigger, event)) }))
  }

  /** Takes over what is stored. */
  putBucket(place: BucketPlace, bucket: Bucket): void {
    this.#slots.set(nameOf(place), { ...place, bucket, changed: false })
  }

  putChildren(automationId: Uuid, parentId: Uuid, firings: readonly Firing[]): void {
    this.#children.set(parentId, { automationId, parentId, firings, changed: false })
  }

  /** What differs from what is stored. */
  get changedSlots(): Slot[] {
    return [...this.#slots.values()].filter(({ changed }) => changed)
  }

  get changedChildren(): Children[] {
    return [...this.#children.values()].filter(({ changed }) => changed)
  }

  /** An event happens. */
  react(event: Event, interests: readonly Interest[] = this.interestsIn(event)): void {
    for (const { loaded, place } of interests) {
      const { result, firings } = evaluateEvent(loaded.trigger, place.key, this.#slots.get(nameOf(place))?.bucket ?? null, event)
      this.#keep(place, result)
      for (const facts of firings) this.#fireEventTrigger(loaded, facts)
    }
  }

  /** Time passes for a proactive trigger and its buckets that were put here; gives the time at which to look again. */
  passTime(loaded: LoadedTrigger, asOf: Timestamp): Timestamp {
    const before = this.#openBuckets(loaded)
    const { result, firings, runAgainAt } = evaluateProactively(loaded.trigger, before, asOf)
    const after = new Map(result.map(({ key, bucket }) => [nameOf(placeOf(loaded, key)), bucket]))
    for (const { key } of before) if (!after.has(nameOf(placeOf(loaded, key)))) this.#keep(placeOf(loaded, key), null)
    for (const { key, bucket } of result) this.#keep(placeOf(loaded, key), bucket)
    for (const facts of firings) this.#fireEventTrigger(loaded, facts)
    return runAgainAt
  }

  #openBuckets({ trigger }: LoadedTrigger): KeyedBucket[] {
    return [...this.#slots.values()].flatMap(({ triggerId, key, bucket }) =>
      triggerId === trigger.id && bucket !== null ? [{ key, bucket }] : [],
    )
  }

  #keep(place: BucketPlace, bucket: Bucket | null): void {
    const name = nameOf(place)
    if ((this.#slots.get(name)?.bucket ?? null) === bucket) return
    this.#slots.set(name, { ...place, bucket, changed: true })
  }

  #fireEventTrigger({ trigger, automation }: LoadedTrigger, facts: FiringFacts): void {
    this.#fire(automation, eventFiring(trigger, facts, this.#clock))
  }

  /** Hands a firing to the trigger's parent, or to the actions when it has none. */
  #fire(automation: LoadedAutomation, firing: Firing): void {
    const parent = automation.parents.get(firing.trigger.id)
    if (parent !== undefined) this.#fireParent(automation, parent, firing)
    else {
      const { events, actions } = consequencesOf(automation.automation, firing)
      this.consequences.events.push(...events)
      this.consequences.actions.push(...actions)
    }
  }

  #fireParent(automation: LoadedAutomation, parent: CompositeTrigger, firing: Firing): void {
    const before = this.#children.get(parent.id)?.firings ?? []
    const { children, fired } = evaluateComposite(parent, before, firing, this.#clock)
    if (children !== before) {
      this.#children.set(parent.id, { automationId: automation.automation.id, parentId: parent.id, firings: children, changed: true })
    }
    if (fired !== null) this.#fire(automation, fired)
  }
}

function placeOf({ automation, trigger }: LoadedTrigger, key: readonly string[]): BucketPlace {
  return { automationId: automation.automation.id, triggerId: trigger.id, key }
}

const nameOf = ({ triggerId, key }: BucketPlace): string => JSON.stringify([triggerId, ...key])
