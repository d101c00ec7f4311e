/** Examples of triggers, one a row: what happens when, and how often the automation fires. */
import { describe, expect, test } from 'vitest'
import { Automation } from '../../../src/events/automations/automation.ts'
import { allEvents, allFirings, idempotencyKey } from '../../../src/events/automations/firing.ts'
import { allTriggers, withNewIds } from '../../../src/events/automations/triggers.ts'
import type { Event } from '../../../src/events/event.ts'
import { consequencesOf } from '../../../src/events/triggers/act.ts'
import { Evaluator } from '../../../src/events/triggers/evaluator.ts'
import { TriggerIndex } from '../../../src/events/triggers/trigger-index.ts'
import * as s from '../../../src/schema/index.ts'
import type { Json } from '../../../src/values/json.ts'
import { Timestamp } from '../../../src/values/timestamp.ts'
import { uuid4, uuid7 } from '../../../src/values/uuid.ts'

const start = Timestamp.fromCanonical('2030-01-01T00:00:00.000000Z')

function automationOf(trigger: object, more: object = {}): Automation {
  const fields = { name: 'name', actions: [{ type: 'do-nothing' }], id: uuid4(), created: start.toJSON(), updated: start.toJSON() }
  return s.validate(Automation, { ...fields, trigger, ...more } as Json)
}

function eventAt(name: string, seconds: number, resource = 'thing'): Event {
  const occurred = start.addSeconds(seconds)
  const labels = { 'prefect.resource.id': resource }
  return { id: uuid7(), event: name, occurred, received: occurred, resource: labels, related: [], payload: {}, follows: null }
}

/** `a@5` is an event, `a@5:x` one of resource x, `@5` the clock. */
function happen(evaluator: Evaluator, what: string): void {
  const [, name = '', seconds = '', resource] = /^(\w*)@(-?\d+)(?::(\w+))?$/.exec(what) ?? []
  if (name !== '') evaluator.react(eventAt(name, Number(seconds), resource))
  else
    for (const loaded of evaluator.index.triggers) {
      if (loaded.trigger.posture === 'Proactive') evaluator.passTime(loaded, start.addSeconds(Number(seconds)))
    }
}

/** After each of the happenings, how often the automation has fired in all. */
function run(trigger: object, happenings: string): number[] {
  let now = start
  const evaluator = new Evaluator(new TriggerIndex([automationOf(trigger)]), () => now)
  return happenings.split(' ').map((what) => {
    now = start.addSeconds(Number(/@(-?\d+)/.exec(what)?.[1]))
    happen(evaluator, what)
    return evaluator.consequences.actions.length
  })
}

const reactive = { posture: 'Reactive', expect: ['a'] }
const proactive = { posture: 'Proactive', expect: ['a'], within: 10 }
const child = (event: string): object => ({ posture: 'Reactive', expect: [event] })

describe('fires', () => {
  test.each<[string, object, string, number[]]>([
    ['with each event', reactive, 'a@0 b@1 a@2', [1, 1, 2]],
    ['with every third event', { ...reactive, threshold: 3 }, 'a@0 a@1 a@900 a@1000', [0, 0, 1, 1]],
    ['once in its time', { ...reactive, within: 10 }, 'a@0 a@5 a@9 a@11 a@19 a@20', [1, 1, 1, 2, 2, 3]],
    ['when events are dense enough', { ...reactive, threshold: 2, within: 10 }, 'a@0 a@20 a@25', [0, 0, 1]],
    ['though events come out of order', { ...reactive, threshold: 2, within: 10 }, 'a@0 a@-800', [0, 1]],
    ['not for an event from before its last firing', { ...reactive, threshold: 2, within: 10 }, 'a@0 a@1 a@-5 a@-6', [0, 1, 1, 1]],
    ['for each resource', { ...reactive, threshold: 2, for_each: ['prefect.resource.id'] }, 'a@0:x a@1:y a@2:x a@3:y', [0, 0, 1, 2]],
    ['only after another event', { ...reactive, after: ['b'], within: 10 }, 'a@0 b@1 a@2 a@3', [0, 0, 1, 1]],
    ['not when the other event is long ago', { ...reactive, after: ['b'], within: 10 }, 'b@0 a@11', [0, 0]],
    ['with the second of two that start and count', { ...reactive, after: ['a'], within: 10 }, 'a@0 a@1', [0, 1]],
    ['when nothing comes', proactive, '@0 @9 @10 @20', [0, 0, 1, 2]],
    ['not when something comes', proactive, '@0 a@5 @10', [0, 0, 0]],
    ['when too little comes', { ...proactive, threshold: 2 }, '@0 a@5 @10', [0, 0, 1]],
    ['when what should follow does not', { ...proactive, after: ['b'], for_each: ['prefect.resource.id'] }, 'b@0 @9 @10 @30', [0, 0, 1, 1]],
    ['not when it does', { ...proactive, after: ['b'], for_each: ['prefect.resource.id'] }, 'b@0 a@5 @10 @30', [0, 0, 0, 0]],
    [
      'when a heartbeat fails to come',
      { ...proactive, after: ['a'], for_each: ['prefect.resource.id'] },
      'a@0 a@8 @12 a@16 @27',
      [0, 0, 0, 0, 1],
    ],
    ['when any of several fires', { type: 'compound', require: 'any', within: 10, triggers: [child('a'), child('b')] }, 'a@0 b@1', [1, 2]],
    [
      'when all have fired',
      { type: 'compound', require: 'all', within: 10, triggers: [child('a'), child('b')] },
      'a@0 a@1 b@2 b@3 a@4',
      [0, 0, 1, 1, 2],
    ],
    [
      'when two of three have fired',
      { type: 'compound', require: 2, within: null, triggers: ['a', 'b', 'c'].map(child) },
      'a@0 c@9999 b@10000',
      [0, 1, 1],
    ],
    [
      'not when that took too long',
      { type: 'compound', require: 'all', within: 10, triggers: [child('a'), child('b')] },
      'a@0 b@11 a@12',
      [0, 0, 1],
    ],
    ['in the order of a sequence', { type: 'sequence', within: 10, triggers: [child('a'), child('b')] }, 'b@0 a@1 b@2', [0, 0, 1]],
    ['not in another order', { type: 'sequence', within: 10, triggers: [child('a'), child('b')] }, 'b@0 a@1', [0, 0]],
    [
      'for triggers within triggers',
      {
        type: 'sequence',
        within: 10,
        triggers: [{ type: 'compound', require: 'all', within: 10, triggers: [child('a'), child('b')] }, child('c')],
      },
      'c@0 b@1 a@2 c@3',
      [0, 0, 0, 1],
    ],
  ])('%s', (_, trigger, happenings, fired) => {
    expect(run(trigger, happenings)).toEqual(fired)
  })
})

test('a firing has its events, its actions and what tells of it', () => {
  const actions = { actions: [{ type: 'do-nothing' }, { type: 'cancel-flow-run' }], actions_on_trigger: [{ type: 'delete-flow-run' }] }
  const automation = automationOf({ type: 'compound', require: 'all', within: 60, triggers: [child('a'), child('b')] }, actions)
  const evaluator = new Evaluator(new TriggerIndex([automation]), () => start)
  const [first, second] = [eventAt('a', 0), eventAt('b', 1)]
  evaluator.react(first)
  evaluator.react(second)
  const { events, actions: queued } = evaluator.consequences
  const [told] = events
  expect(events).toHaveLength(1)
  expect(told).toMatchObject({
    event: 'prefect.automation.triggered',
    occurred: start,
    resource: { 'prefect.resource.id': `prefect.automation.${automation.id}`, 'prefect.resource.name': 'name' },
    related: [{ 'prefect.resource.id': `prefect.event.${second.id}`, 'prefect.resource.role': 'triggering-event' }],
    payload: { triggering_labels: {}, triggering_event: { id: second.id, event: 'b', occurred: '2030-01-01T00:00:01Z' } },
  })
  expect(queued.map(({ action, action_index, triggering_event }) => [action.type, action_index, triggering_event?.id])).toEqual([
    ['do-nothing', 0, second.id],
    ['cancel-flow-run', 1, second.id],
    ['delete-flow-run', 2, told?.id],
  ])
  const [action] = queued
  if (action === undefined) throw new Error('no action')
  expect(action.automation_triggered_event_id).toBe(told?.id)
  expect(allFirings(action.firing)).toHaveLength(3)
  expect(allEvents(action.firing).map(({ id }) => id)).toEqual([second.id, first.id, second.id])
  expect(idempotencyKey(action)).toBe(`automation ${automation.id}, action 0, invocation ${action.id}`)
})

test('the event of a trigger of events names its posture, one of several states each has its own', () => {
  const automation = automationOf(reactive, { actions_on_resolve: [{ type: 'resume-flow-run' }] })
  const { trigger } = automation
  const firing = { id: uuid7(), trigger, triggered: start, triggering_labels: { a: 'b' }, triggering_firings: [], triggering_event: null }
  const { events, actions } = consequencesOf(automation, { ...firing, trigger_states: ['Resolved', 'Triggered'], triggering_value: null })
  expect(events.map(({ event, resource, related }) => [event, resource['prefect.posture'], related])).toEqual([
    ['prefect.automation.triggered', 'Reactive', []],
    ['prefect.automation.resolved', 'Reactive', []],
  ])
  expect(actions.map(({ action, automation_triggered_event_id: id }) => [action.type, id])).toEqual([
    ['do-nothing', events[0]?.id],
    ['resume-flow-run', events[1]?.id],
  ])
})

test('new ids are given to a trigger and all within it', () => {
  const { trigger } = automationOf({
    type: 'sequence',
    within: 1,
    triggers: [{ type: 'compound', require: 1, within: 1, triggers: [child('a')] }, child('b')],
  })
  const renewed = withNewIds(trigger)
  const [before, after] = [trigger, renewed].map((each) => allTriggers(each).map(({ id }) => id))
  expect(after).toHaveLength(4)
  expect(new Set([...(before ?? []), ...(after ?? [])]).size).toBe(8)
})
