/** Triggers on both databases: nothing is evaluated twice or lost, whatever fails in between. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { GroupRunner } from '../../src/actors/group.ts'
import { loadSettings, type Settings } from '../../src/config/settings.ts'
import type { Event } from '../../src/events/event.ts'
import { log } from '../../src/logging/log.ts'
import { operations } from '../../src/resources/index.ts'
import type { Database } from '../../src/storage/database.ts'
import { insertOutbox } from '../../src/storage/outbox.ts'
import { type Sql, sql } from '../../src/storage/sql.ts'
import { insertInto } from '../../src/storage/statements.ts'
import { Timestamp } from '../../src/values/timestamp.ts'
import { uuid4, uuid7 } from '../../src/values/uuid.ts'
import { dialects, preparedDatabase } from './databases.ts'

log.level = 'silent'

interface Answer {
  status: number
  body: { [key: string]: unknown }
}

/** Calls operations as a storage actor runs them, each in a transaction of its own. */
class Actor {
  readonly #runner: GroupRunner

  constructor(database: Database, settings: Settings) {
    this.#runner = new GroupRunner(database, operations, settings, new Int32Array(new SharedArrayBuffer(4)))
  }

  async call(name: string, body: unknown = null, params: string[] = []): Promise<Answer> {
    const operation = operations.findIndex((each) => each.name === name)
    const frame = { sequence: 1, operation, params, query: '', headers: {}, body: Buffer.from(JSON.stringify(body)) }
    const { replies } = await this.#runner.run([frame], 0)
    const text = Buffer.from(replies[0]?.body ?? []).toString()
    return { status: replies[0]?.status ?? 0, body: text === '' ? {} : JSON.parse(text) }
  }
}

describe.each(dialects)('triggers on %s', (dialect) => {
  let database: Database
  let remove: () => Promise<void>
  let settings: Settings
  let actor: Actor
  beforeEach(async () => {
    ;({ database, remove } = await preparedDatabase(dialect))
    settings = loadSettings({ HOME: '/nowhere' }, '/')
    actor = new Actor(database, settings)
  })
  afterEach(() => remove())

  const rows = (statement: Sql): Promise<Record<string, unknown>[]> => database.read((tx) => tx.query(statement))
  const write = (statement: Sql): Promise<number> => database.transaction((tx) => tx.execute(statement))

  async function automation(trigger: object, name = 'automation'): Promise<string> {
    const answer = await actor.call('create_automation', { name, trigger, actions: [{ type: 'do-nothing' }] })
    expect(answer.status).toBe(201)
    return String(answer.body['id'])
  }

  const reactive = (expectation: string, more: object = {}) => ({ type: 'event', posture: 'Reactive', expect: [expectation], ...more })

  function event(name: string, more: Partial<Event> = {}): Event {
    const now = Timestamp.now()
    const resource = { 'prefect.resource.id': 'thing' }
    return { id: uuid7(), event: name, occurred: now, received: now, resource, related: [], payload: {}, follows: null, ...more }
  }

  const emit = (...events: Event[]): Promise<void> => database.transaction((tx) => insertOutbox(tx, events))
  const expand = async (): Promise<void> => void (await actor.call('expand_outbox'))
  const evaluate = (): Promise<Answer> => actor.call('evaluate_trigger_batches', {})

  /** Names of the automations whose actions wait, in their order. */
  async function fired(): Promise<string[]> {
    const waiting = await rows(sql`SELECT action FROM server_triggered_action ORDER BY id`)
    return waiting.map(({ action }) => (action as { automation: { name: string } }).automation.name)
  }

  test('an event that comes twice fires once, however often it is looked at', async () => {
    await automation(reactive('go'))
    const go = event('go')
    await emit(go, go)
    await emit(go)
    await expand()
    expect((await evaluate()).body).toEqual({ evaluated: 1, more: false })
    await emit(go)
    await expand()
    expect((await evaluate()).body).toEqual({ evaluated: 0, more: false })
    expect(await fired()).toEqual(['automation'])
  })

  test('events that nobody asks for leave nothing to the triggers', async () => {
    await emit(event('go'))
    await expand()
    await automation(reactive('go'))
    await emit(event('other'), event('prefect.log.write'))
    await expand()
    expect(await rows(sql`SELECT id FROM server_trigger_batch`)).toEqual([])
    expect((await evaluate()).body).toEqual({ evaluated: 0, more: false })
  })

  test('a firing commits with its bucket, its actions and the end of its batch, or not at all', async () => {
    await automation(reactive('go', { threshold: 2, within: 60 }))
    await emit(event('go'))
    await expand()
    await evaluate()
    await emit(event('go'))
    await expand()
    const crashing: Database = {
      ...database,
      dialect: database.dialect,
      read: (work) => database.read(work),
      close: () => database.close(),
      transaction: (work) =>
        database.transaction(async (tx) => {
          await work(tx)
          throw new Error('killed before COMMIT')
        }),
    }
    const before = await rows(sql`SELECT count, start FROM automation_bucket`)
    expect((await new Actor(crashing, settings).call('evaluate_trigger_batches', {})).status).toBe(500)
    expect(await rows(sql`SELECT count, start FROM automation_bucket`)).toEqual(before)
    expect(await fired()).toEqual([])
    await evaluate()
    await evaluate()
    expect(await fired()).toEqual(['automation'])
    const outbox = await rows(sql`SELECT events FROM server_outbox`)
    expect(outbox.flatMap(({ events }) => (events as Event[]).map((each) => each.event))).toEqual(['prefect.automation.triggered'])
  })

  test('an event waits for the one that it follows', async () => {
    const children = [reactive('first'), reactive('second')]
    await automation({ type: 'sequence', within: 60, triggers: children })
    const first = event('first')
    const second = event('second', { follows: first.id })
    await emit(second)
    await expand()
    await evaluate()
    expect(await rows(sql`SELECT follower_event_id, leader_event_id FROM automation_event_follower`)).toEqual([
      { follower_event_id: second.id, leader_event_id: first.id },
    ])
    await emit(first)
    await expand()
    await evaluate()
    expect(await fired()).toEqual(['automation'])
    expect(await rows(sql`SELECT id FROM automation_event_follower`)).toEqual([])
    expect(await rows(sql`SELECT id FROM composite_trigger_child_firing`)).toEqual([])
  })

  test('a chain of events waits for its first', async () => {
    await automation(reactive('second'), 'second')
    await automation(reactive('third'), 'third')
    const first = event('first')
    const second = event('second', { follows: first.id })
    await emit(event('third', { follows: second.id }))
    await expand()
    await evaluate()
    await emit(second)
    await expand()
    await evaluate()
    expect(await fired()).toEqual([])
    await emit(first)
    await expand()
    await evaluate()
    await evaluate()
    expect(await fired()).toEqual(['second', 'third'])
  })

  test('an event follows one that nobody is interested in', async () => {
    await automation(reactive('second'))
    const first = event('first')
    await emit(event('second', { follows: first.id }))
    await expand()
    await evaluate()
    expect(await fired()).toEqual([])
    await emit(first)
    await expand()
    await evaluate()
    expect(await fired()).toEqual(['automation'])
  })

  test('nobody waits longer than a quarter of an hour', async () => {
    await automation(reactive('go'))
    const old = Timestamp.now().addSeconds(-901)
    await emit(event('go', { follows: uuid7(), received: old }))
    await expand()
    await evaluate()
    expect(await fired()).toEqual(['automation'])
    const waiting = event('go', { follows: uuid7() })
    await emit(waiting)
    await expand()
    await evaluate()
    expect(await fired()).toEqual(['automation'])
    await write(sql`UPDATE automation_event_follower SET received = ${old}, follower = ${sql.json({ ...waiting, received: old })}`)
    await evaluate()
    expect(await fired()).toEqual(['automation', 'automation'])
  })

  test('what fails three times is put aside and blocks nobody', async () => {
    await automation(reactive('go'))
    const bad = { id: 5, event: 'go' }
    await write(insertInto('server_trigger_batch', { events: [bad] }))
    await write(insertInto('server_trigger_batch', { events: [event('go'), bad, event('go')] }))
    await emit(event('go'))
    await expand()
    expect((await evaluate()).status).toBe(200)
    expect(await fired()).toHaveLength(1)
    for (let attempt = 0; attempt < 5; attempt++) await evaluate()
    expect(await fired()).toHaveLength(3)
    expect(await rows(sql`SELECT id FROM server_trigger_batch`)).toEqual([])
    const quarantined = await rows(sql`SELECT kind, content FROM server_quarantine`)
    expect(quarantined).toEqual([
      { kind: 'trigger-batch', content: [bad] },
      { kind: 'trigger-batch', content: [bad] },
    ])
  })

  test('what cannot be expanded is put aside and blocks nobody', async () => {
    await automation(reactive('go'))
    const bad = { id: 5, event: 'go' }
    await write(insertInto('server_outbox', { events: [bad] }))
    await write(insertInto('server_outbox', { events: [event('go'), bad, event('go')] }))
    await emit(event('go'))
    await expand()
    await evaluate()
    expect(await fired()).toHaveLength(1)
    for (let attempt = 0; attempt < 8; attempt++) await expand()
    await evaluate()
    expect(await fired()).toHaveLength(3)
    expect(await rows(sql`SELECT id FROM server_outbox WHERE attempts > 0`)).toEqual([])
    expect(await rows(sql`SELECT kind, content FROM server_quarantine`)).toEqual(Array(2).fill({ kind: 'outbox', content: [bad] }))
  })

  test.each([
    ['deleted', (id: string) => actor.call('delete_automation', null, [id])],
    ['switched off', (id: string) => actor.call('patch_automation', { enabled: false }, [id])],
  ])('an automation that is %s does nothing any more', async (_, change) => {
    const id = await automation(reactive('go'))
    await emit(event('go'))
    await expand()
    expect((await change(id)).status).toBe(204)
    expect((await evaluate()).body).toEqual({ evaluated: 1, more: false })
    expect(await fired()).toEqual([])
    expect(await rows(sql`SELECT id FROM automation_bucket`)).toEqual([])
  })

  test('an automation that is changed counts anew', async () => {
    const trigger = reactive('go', { threshold: 2, within: 60 })
    const id = await automation(trigger)
    await emit(event('go'))
    await expand()
    await evaluate()
    const body = { name: 'changed', trigger, actions: [{ type: 'do-nothing' }] }
    expect((await actor.call('update_automation', body, [id])).status).toBe(204)
    for (let count = 0; count < 3; count++) {
      await emit(event('go'))
      await expand()
      await evaluate()
      expect(await fired()).toEqual(count === 0 ? [] : ['changed'])
    }
  })

  test('an automation that is not valid does nothing, and the others go on', async () => {
    const broken = await automation(reactive('go'), 'broken')
    await automation(reactive('go'), 'whole')
    await write(sql`UPDATE automation SET actions = ${sql.json([{ type: 'unheard-of' }])} WHERE id = ${broken}`)
    await emit(event('go'))
    await expand()
    await evaluate()
    expect(await fired()).toEqual(['whole'])
    const list = await actor.call('read_automations', {})
    expect(list.status).toBe(200)
    expect(list.body).toMatchObject([{ name: 'broken', actions: [{ type: 'unheard-of' }] }, { name: 'whole' }])
    expect((await actor.call('delete_automation', null, [broken])).status).toBe(204)
  })

  test('a change by somebody else is noticed', async () => {
    const id = await automation(reactive('go'))
    await actor.call('tidy_triggers')
    await write(sql`UPDATE automation SET name = ${'renamed'}, updated = ${Timestamp.now().addSeconds(1)} WHERE id = ${id}`)
    await actor.call('tidy_triggers')
    await emit(event('go'))
    await expand()
    await evaluate()
    expect(await fired()).toEqual(['renamed'])
  })

  test('what was expected and does not happen', async () => {
    const trigger = {
      type: 'event',
      posture: 'Proactive',
      after: ['start'],
      expect: ['end'],
      for_each: ['prefect.resource.id'],
      within: 60,
    }
    await automation(trigger)
    const passTime = (next_runs: unknown = {}): Promise<Answer> => actor.call('evaluate_proactive_triggers', { next_runs })
    const happens = async (...events: Event[]): Promise<void> => {
      await emit(...events)
      await expand()
      await evaluate()
    }
    const of = (id: string): Partial<Event> => ({ resource: { 'prefect.resource.id': id } })
    await happens(event('start', of('a')), event('start', of('b')))
    await happens(event('end', of('a')))
    const first = await passTime()
    expect(await fired()).toEqual([])
    expect(await rows(sql`SELECT bucketing_key FROM automation_bucket`)).toEqual([{ bucketing_key: ['b'] }])
    const past = Timestamp.now().addSeconds(-1)
    await write(sql`UPDATE automation_bucket SET start = ${past.addSeconds(-60)}, "end" = ${past}`)
    // As long as nobody is due, nothing is looked at.
    expect((await passTime(first.body['next_runs'])).body).toEqual(first.body)
    expect(await fired()).toEqual([])
    await passTime()
    await passTime()
    expect(await fired()).toEqual(['automation'])
    const [waiting] = await rows(sql`SELECT action FROM server_triggered_action`)
    expect(waiting?.['action']).toMatchObject({ triggering_labels: { 'prefect.resource.id': 'b' }, triggering_event: { event: 'start' } })
  })

  test('nothing is missed while events are on their way', async () => {
    await automation({ type: 'event', posture: 'Proactive', expect: ['beat'], within: 10 })
    await actor.call('evaluate_proactive_triggers', {})
    await emit(event('beat'))
    const past = Timestamp.now().addSeconds(-1)
    await write(sql`UPDATE automation_bucket SET start = ${past.addSeconds(-10)}, "end" = ${past}`)
    await write(sql`UPDATE server_outbox SET created = ${past.addSeconds(-1)}`)
    await actor.call('evaluate_proactive_triggers', {})
    expect(await fired()).toEqual([])
    await write(sql`UPDATE server_outbox SET created = ${Timestamp.now().addSeconds(60)}`)
    await actor.call('evaluate_proactive_triggers', {})
    expect(await fired()).toEqual(['automation'])
  })

  test('old buckets are swept', async () => {
    await automation(reactive('go', { threshold: 2, within: 60 }))
    await emit(event('go'))
    await expand()
    await evaluate()
    await actor.call('tidy_triggers')
    expect(await rows(sql`SELECT id FROM automation_bucket`)).toHaveLength(1)
    await write(sql`UPDATE automation_bucket SET "end" = ${Timestamp.now().addSeconds(-61)}`)
    await actor.call('tidy_triggers')
    expect(await rows(sql`SELECT id FROM automation_bucket`)).toEqual([])
  })

  test('several who expand and evaluate at once fire each event once', async () => {
    const settingsOfOthers = loadSettings({ HOME: '/nowhere' }, '/')
    const actors = dialect === 'sqlite' ? [actor] : [actor, actor, new Actor(database, settingsOfOthers)]
    await automation(reactive('go'))
    const events = Array.from({ length: 40 }, () => event('go', { id: uuid4() }))
    for (let place = 0; place < events.length; place += 4) await emit(...events.slice(place, place + 5))
    for (let round = 0; round < 10; round++) {
      await Promise.all(
        actors.flatMap((each) => [each.call('expand_outbox', { rows: 3 }), each.call('evaluate_trigger_batches', { batches: 2 })]),
      )
    }
    for (let round = 0; round < 10; round++) await evaluate()
    const ids = (await rows(sql`SELECT action FROM server_triggered_action`)).map(
      ({ action }) => (action as { triggering_event: { id: string } }).triggering_event.id,
    )
    expect(ids.toSorted()).toEqual(events.map(({ id }) => id).toSorted())
  })
})
