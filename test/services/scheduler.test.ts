/** A date of a schedule never gets two runs and none is forgotten, whoever makes them and whatever fails in between. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { recentDeploymentsScheduler, scheduler } from '../../src/actors/services/scheduler.ts'
import { loadSettings } from '../../src/config/settings.ts'
import { log } from '../../src/logging/log.ts'
import type { Database } from '../../src/storage/database.ts'
import { sql } from '../../src/storage/sql.ts'
import { insertInto } from '../../src/storage/statements.ts'
import { Timestamp } from '../../src/values/timestamp.ts'
import { uuid7 } from '../../src/values/uuid.ts'
import { dialects, preparedDatabase } from '../storage/databases.ts'
import { Actor } from './actor.ts'

log.level = 'silent'
const deployments = 60
/** With a schedule each; every seventh is paused. */
const paused = Array.from({ length: deployments }, (_, index) => index % 7 === 0)
const runsOfEach = 3
const expected = paused.filter((is) => !is).length * runsOfEach

describe.each(dialects)('the scheduler on %s', (dialect) => {
  let database: Database
  let remove: () => Promise<void>
  let actor: Actor
  beforeAll(async () => {
    ;({ database, remove } = await preparedDatabase(dialect))
  })
  beforeEach(async () => {
    actor = new Actor(database, loadSettings({ HOME: '/nowhere', PREFECT_SERVER_SERVICES_SCHEDULER_DEPLOYMENT_BATCH_SIZE: '20' }, '/'))
    await database.transaction(async (tx) => {
      const flow = uuid7()
      await tx.execute(insertInto('flow', { id: flow, name: 'flow' }))
      // Long ago: nothing for the scheduler of recent deployments.
      const updated = Timestamp.now().addSeconds(-3600)
      const rows = paused.map((is, index) => ({ id: uuid7(), name: `deployment ${index}`, flow_id: flow, paused: is, updated }))
      await tx.execute(insertInto('deployment', rows))
      const schedules = rows.map(({ id }, index) => ({
        deployment_id: id,
        schedule: { cron: `0 ${index % 24} * * *`, timezone: 'Europe/Berlin', day_or: true },
        active: true,
      }))
      await tx.execute(insertInto('deployment_schedule', schedules))
    })
  })
  // Deployments and runs go with their flow.
  afterEach(() => database.transaction((tx) => tx.execute(sql`DELETE FROM flow`)))
  afterAll(() => remove())

  async function made(): Promise<{ runs: number; keys: number; withState: number }> {
    const [row] = await database.read((tx) =>
      tx.query<{ runs: number; keys: number; states: number }>(sql`
        SELECT count(*) AS runs, count(DISTINCT idempotency_key) AS keys,
          (SELECT count(*) FROM flow_run_state AS state JOIN flow_run AS run ON run.state_id = state.id AND state.flow_run_id = run.id) AS states
        FROM flow_run`),
    )
    return { runs: Number(row?.runs), keys: Number(row?.keys), withState: Number(row?.states) }
  }
  const all = { runs: expected, keys: expected, withState: expected }

  test('makes every run once, however often it looks', async () => {
    await actor.pass(scheduler)
    expect(await made()).toEqual(all)
    await actor.pass(scheduler)
    expect(await made()).toEqual(all)
  })

  test('many passes at once', async () => {
    await Promise.all([scheduler, scheduler, scheduler, recentDeploymentsScheduler].map((service) => actor.pass(service)))
    expect(await made()).toEqual(all)
  })

  test('a pass that breaks off after any of its operations', async () => {
    for (let after = 1; after <= 6; after++) {
      let calls = 0
      const interrupted = actor.pass(scheduler, async (...args) => {
        if (++calls > after) throw new Error('the thread died')
        return await actor.call(...args)
      })
      await interrupted.catch(() => undefined)
      const { runs, keys, withState } = await made()
      expect({ keys, withState }).toEqual({ keys: runs, withState: runs })
    }
    await actor.pass(scheduler)
    expect(await made()).toEqual(all)
  })

  test('a deployment that is paused after it was found gets none', async () => {
    await actor.pass(scheduler, async (operation, body) => {
      const reply = await actor.call(operation, body)
      if (operation === 'find_deployments_to_schedule')
        await database.transaction((tx) => tx.execute(sql`UPDATE deployment SET paused = ${true}`))
      return reply
    })
    expect((await made()).runs).toBe(0)
  })

  test('the scheduler of recent deployments looks at those that changed', async () => {
    await actor.pass(recentDeploymentsScheduler)
    expect((await made()).runs).toBe(0)
    await database.transaction((tx) =>
      tx.execute(sql`UPDATE deployment SET updated = ${Timestamp.now()} WHERE name IN ('deployment 1', 'deployment 7')`),
    )
    await actor.pass(recentDeploymentsScheduler)
    expect((await made()).runs).toBe(runsOfEach)
  })
})
