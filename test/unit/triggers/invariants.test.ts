/** What holds for every trigger and every stream of events. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Automation } from '../../../src/events/automations/automation.ts'
import { EventTrigger } from '../../../src/events/automations/triggers.ts'
import type { Event } from '../../../src/events/event.ts'
import type { Bucket } from '../../../src/events/triggers/bucket.ts'
import { arrange } from '../../../src/events/triggers/causal-order.ts'
import { bucketingKey, covers, findLabel } from '../../../src/events/triggers/covering.ts'
import { evaluateEvent, evaluateProactively, lookbackSeconds } from '../../../src/events/triggers/evaluate.ts'
import { TriggerIndex } from '../../../src/events/triggers/trigger-index.ts'
import * as s from '../../../src/schema/index.ts'
import type { Json } from '../../../src/values/json.ts'
import { Timestamp } from '../../../src/values/timestamp.ts'
import { uuid4, uuid7 } from '../../../src/values/uuid.ts'

const start = Timestamp.fromCanonical('2030-01-01T00:00:00.000000Z')

const name = fc.constantFrom('go', 'go.a', 'go.b', 'going', 'job.started', 'job.failed', '!odd')
const pattern = fc.constantFrom('go', 'go.*', 'go.?', 'g*', '*', 'job.[sf]*', 'job.started', '!odd', '!*', 'other')
const labels = fc.record({
  'prefect.resource.id': fc.constantFrom('thing.1', 'thing.2', 'flow-run.1'),
  color: fc.constantFrom('red', 'green', 'blue'),
})
const relatedLabels = fc.record({
  'prefect.resource.id': fc.constantFrom('user.1', 'user.2'),
  'prefect.resource.role': fc.constantFrom('owner', 'flow'),
})
const values = fc.constantFrom('thing.1', 'thing.*', '!thing.1', 'user.1', 'red', '!r*', '*', 'owner')
const specification = fc.dictionary(
  fc.constantFrom('prefect.resource.id', 'color', 'prefect.resource.role', 'missing'),
  fc.oneof(values, fc.array(values, { maxLength: 2 })),
  { maxKeys: 2 },
)
const names = fc.uniqueArray(pattern, { maxLength: 2 })

const trigger = fc
  .record({
    posture: fc.constantFrom('Reactive', 'Proactive'),
    expect: names,
    after: names,
    for_each: fc.uniqueArray(fc.constantFrom('color', 'prefect.resource.id', 'related:owner:prefect.resource.id'), { maxLength: 2 }),
    match: specification,
    match_related: fc.oneof(specification, fc.array(specification, { maxLength: 2 })),
    threshold: fc.integer({ min: 1, max: 4 }),
    within: fc.constantFrom(0, 10, 60),
  })
  .map((fields) => s.validate(EventTrigger, { type: 'event', ...fields } as Json))

const event = fc
  .record({ name, seconds: fc.integer({ min: -100, max: 300 }), resource: labels, related: fc.array(relatedLabels, { maxLength: 3 }) })
  .map(({ seconds, ...rest }): Event => {
    const occurred = start.addSeconds(seconds)
    return {
      id: uuid7(),
      event: rest.name,
      occurred,
      received: occurred,
      resource: rest.resource,
      related: rest.related,
      payload: {},
      follows: null,
    }
  })

const automationOf = (each: EventTrigger): Automation =>
  s.validate(Automation, {
    name: each.id,
    actions: [],
    trigger: JSON.parse(JSON.stringify(each)),
    id: uuid4(),
    created: start.toJSON(),
    updated: start.toJSON(),
  })

describe('the index', () => {
  test('finds the triggers that cover an event, and no others, in their order', () => {
    fc.assert(
      fc.property(fc.array(trigger, { maxLength: 12 }), fc.array(event, { maxLength: 8 }), (triggers, events) => {
        const index = new TriggerIndex(triggers.map(automationOf))
        for (const each of events) {
          const found = index.find(each).map((loaded) => loaded.trigger.id)
          expect(found).toEqual(triggers.filter((candidate) => covers(candidate, each)).map(({ id }) => id))
        }
      }),
    )
  })
})

describe('a trigger of events', () => {
  /** The buckets that a stream leaves, and how often it fired. */
  function run(each: EventTrigger, events: readonly Event[]) {
    const buckets = new Map<string, Bucket>()
    let fired = 0
    for (const happened of events.filter((candidate) => covers(each, candidate))) {
      const key = bucketingKey(each, happened)
      const { result, firings } = evaluateEvent(each, key, buckets.get(key.join()) ?? null, happened)
      fired += firings.length
      if (result === null) buckets.delete(key.join())
      else buckets.set(key.join(), result)
    }
    return { buckets, fired }
  }

  test('fires at most once for so many events as it asks for', () => {
    fc.assert(
      fc.property(trigger, fc.array(event, { maxLength: 30 }), (each, events) => {
        fc.pre(each.posture === 'Reactive')
        const covered = events.filter((candidate) => covers(each, candidate))
        expect(run(each, events).fired * each.threshold).toBeLessThanOrEqual(covered.length)
      }),
    )
  })

  test('never has a bucket that is full and open, when it reacts', () => {
    fc.assert(
      fc.property(trigger, fc.array(event, { maxLength: 30 }), (each, events) => {
        fc.pre(each.posture === 'Reactive')
        for (const bucket of run(each, events).buckets.values()) expect(bucket.count).toBeLessThan(each.threshold)
      }),
    )
  })

  test('has buckets as long as its time, but for the first, which reaches back', () => {
    fc.assert(
      fc.property(trigger, fc.array(event, { maxLength: 30 }), (each, events) => {
        for (const { start: from, end } of run(each, events).buckets.values()) {
          const length = end.secondsSince(from)
          expect([each.within.seconds, each.within.seconds + lookbackSeconds]).toContain(length)
        }
      }),
    )
  })

  test('gives each combination of labels a bucket of its own', () => {
    fc.assert(
      fc.property(trigger, fc.array(event, { maxLength: 30 }), (each, events) => {
        fc.pre(each.for_each.length > 0)
        const whole = run(each, events)
        const groups = Map.groupBy(events, (happened) => bucketingKey(each, happened).join())
        const parts = [...groups.values()].map((group) => run(each, group))
        expect(whole.fired).toBe(parts.reduce((sum, part) => sum + part.fired, 0))
        expect(whole.buckets.size).toBe(parts.reduce((sum, part) => sum + part.buckets.size, 0))
      }),
    )
  })

  test('that is proactive does not fire with its first event', () => {
    fc.assert(
      fc.property(trigger, fc.array(event, { maxLength: 20 }), (each, events) => {
        fc.pre(each.posture === 'Proactive')
        const before = events.filter(({ occurred }) => occurred.isBefore(start.addSeconds(each.within.seconds)))
        expect(run(each, before.slice(0, 1)).fired).toBe(0)
      }),
    )
  })

  test('that is proactive looks again when the first of its buckets is over, at the latest after its time', () => {
    const bucket = fc
      .record({ from: fc.integer({ min: -100, max: 0 }), count: fc.integer({ min: 0, max: 5 }) })
      .map(({ from, count }) => ({ from, count }))
    fc.assert(
      fc.property(trigger, fc.array(bucket, { maxLength: 5 }), (each, given) => {
        fc.pre(each.posture === 'Proactive' && each.for_each.length > 0)
        const buckets = given.map(({ from, count }, place) => {
          const begin = start.addSeconds(from)
          const end = begin.addSeconds(each.within.seconds)
          return { key: [String(place)], bucket: { start: begin, end, count, last_event: null, last_operation: '' } }
        })
        const { result, firings, runAgainAt } = evaluateProactively(each, buckets, start)
        const due = buckets.filter(({ bucket: { end, count } }) => !end.isAfter(start) && count < each.threshold)
        expect(firings.length).toBe(due.length)
        expect(runAgainAt.isAfter(start)).toBe(true)
        expect(runAgainAt.isAfter(start.addSeconds(each.within.seconds))).toBe(false)
        for (const {
          bucket: { end, count },
        } of result) {
          expect(count).toBeLessThan(each.threshold)
          expect(end.isBefore(runAgainAt)).toBe(false)
        }
      }),
    )
  })
})

describe('causal order', () => {
  const chain = fc.array(fc.record({ follows: fc.option(fc.nat({ max: 20 }), { nil: null }), seconds: fc.nat({ max: 1000 }) }), {
    maxLength: 20,
  })
  const events = chain.map((links) => {
    const ids = links.map(() => uuid7())
    return links.map(({ follows, seconds }, place): Event => {
      const leader = follows === null ? null : (ids[follows] ?? uuid7())
      const instant = start.addSeconds(seconds)
      const resource = { 'prefect.resource.id': 'thing' }
      return {
        id: ids[place] ?? '',
        event: 'go',
        occurred: instant,
        received: instant,
        resource,
        related: [],
        payload: {},
        follows: leader,
      }
    })
  })

  test('loses and repeats nothing, and puts leaders first', () => {
    fc.assert(
      fc.property(events, fc.nat({ max: 1500 }), (given, later) => {
        const now = start.addSeconds(later)
        const { ready, waiting } = arrange(given, () => false, now)
        expect([...ready, ...waiting].map(({ id }) => id).toSorted()).toEqual(given.map(({ id }) => id).toSorted())
        const done = new Set<string>()
        for (const { id, follows, received } of ready) {
          if (follows !== null && follows !== id && now.secondsSince(received) < lookbackSeconds) expect(done.has(follows)).toBe(true)
          done.add(id)
        }
        for (const { follows } of waiting) expect(done.has(follows ?? '')).toBe(false)
      }),
    )
  })

  test('leaves events alone that follow nothing, or what was seen before', () => {
    fc.assert(
      fc.property(events, (given) => {
        const { ready, waiting } = arrange(given, () => true, start)
        expect(ready).toEqual(given)
        expect(waiting).toEqual([])
      }),
    )
  })

  test('does not mind a chain as long as a batch, backwards', () => {
    const ids = Array.from({ length: 5000 }, () => uuid7())
    const resource = { 'prefect.resource.id': 'thing' }
    const backwards = ids
      .map(
        (id, place): Event => ({
          id,
          event: 'go',
          occurred: start,
          received: start,
          resource,
          related: [],
          payload: {},
          follows: ids[place - 1] ?? null,
        }),
      )
      .reverse()
    expect(arrange(backwards, () => false, start).ready.map(({ id }) => id)).toEqual(ids)
  })
})

test.each([
  ['prefect.resource.id', 'thing'],
  ['related:owner:prefect.resource.id', 'user.1'],
  ['related:owner:color', undefined],
  ['related:nobody:color', undefined],
  ['related:odd:role:prefect.resource.id', 'user.3'],
  ['related:color', 'plain'],
  ['other', undefined],
])('the label %s is %s', (label, value) => {
  const happened: Event = {
    id: uuid7(),
    event: 'go',
    occurred: start,
    received: start,
    resource: { 'prefect.resource.id': 'thing', 'related:color': 'plain' },
    related: [
      { 'prefect.resource.id': 'user.1', 'prefect.resource.role': 'owner' },
      { 'prefect.resource.id': 'user.2', 'prefect.resource.role': 'owner', color: 'red' },
      { 'prefect.resource.id': 'user.3', 'prefect.resource.role': 'odd:role' },
    ],
    payload: {},
    follows: null,
  }
  expect(findLabel(happened, label)).toBe(value)
})
