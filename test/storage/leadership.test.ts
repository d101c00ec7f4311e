/** The fence of a term and the leader's lease, on a real PostgreSQL: what the simulation of the protocol takes for granted. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { loadSettings } from '../../src/config/settings.ts'
import type { Context } from '../../src/resources/context.ts'
import { ApiError } from '../../src/resources/errors.ts'
import { checkTerm, fenceOf, takeOver, takeoverOf } from '../../src/resources/leadership/fence.ts'
import { acquireLease, releaseLease, renewLease } from '../../src/resources/leadership/lease.ts'
import type { Reply } from '../../src/resources/route.ts'
import type { Database, Transaction } from '../../src/storage/database.ts'
import { sql } from '../../src/storage/sql.ts'
import { insertInto } from '../../src/storage/statements.ts'
import { Timestamp } from '../../src/values/timestamp.ts'
import { uuid7 } from '../../src/values/uuid.ts'
import { preparedDatabase } from './databases.ts'

let database: Database
let remove: () => Promise<void>
beforeAll(async () => {
  ;({ database, remove } = await preparedDatabase('postgres'))
})
afterAll(async () => remove())

const begin = (): Promise<number> => database.transaction((tx) => takeOver(takeoverOf(tx)))
const termOf = async (tx: Transaction): Promise<string> => {
  const [row] = await tx.query<{ term: string }>(sql`SELECT coalesce(current_setting('prefect_server.term', true), '') AS term`)
  return row?.term ?? ''
}
/** A service's transaction: the check first, then `work`. */
const inTerm = <Result>(term: number, work: (tx: Transaction) => Promise<Result>): Promise<Result> =>
  database.transaction(async (tx) => {
    await checkTerm(fenceOf(tx, term), term)
    return await work(tx)
  })
const write = (tx: Transaction, name: string): Promise<number> => tx.execute(insertInto('variable', { name, value: 1 }))
const exists = async (name: string): Promise<boolean> =>
  (await database.read((tx) => tx.query(sql`SELECT id FROM variable WHERE name = ${name}`))).length === 1

describe('the fence', () => {
  test('each term is the one after the last', async () => {
    const first = await begin()
    expect([await begin(), await begin()]).toEqual([first + 1, first + 2])
  })

  test('a transaction of the current term writes, and says whose it is, to its end only', async () => {
    const term = await begin()
    const name = uuid7()
    expect(
      await inTerm(term, async (tx) => {
        await write(tx, name)
        return await termOf(tx)
      }),
    ).toBe(String(term))
    expect(await exists(name)).toBe(true)
    expect(await Promise.all([1, 2, 3].map(() => database.transaction(termOf)))).toEqual(['', '', ''])
  })

  test('a transaction of a term that is over is refused with 412', async () => {
    const term = await begin()
    await begin()
    const refused = inTerm(term, (tx) => write(tx, uuid7()))
    await expect(refused).rejects.toBeInstanceOf(ApiError)
    await expect(refused).rejects.toMatchObject({ status: 412 })
  })

  test('a takeover waits for a transaction that is about to end', async () => {
    const term = await begin()
    const name = uuid7()
    let next: Promise<number> | undefined
    await inTerm(term, async (tx) => {
      await write(tx, name)
      next = database.transaction(async (other) => {
        const takeover = takeoverOf(other)
        // Longer than a takeover is patient, so that a busy machine does not change the outcome.
        expect(await takeover.exclude(20_000)).toBe(true)
        return await takeover.writeNextTerm()
      })
      await tx.query(sql`SELECT pg_sleep(0.1)`)
    })
    expect(await next).toBe(term + 1)
    expect(await exists(name)).toBe(true)
  })

  test('a takeover ends a transaction that does not, and nothing of it remains', async () => {
    const term = await begin()
    const name = uuid7()
    let wake = (): void => {}
    const asleep = new Promise<void>((resolve) => {
      wake = resolve
    })
    let entered = (): void => {}
    const holding = new Promise<void>((resolve) => {
      entered = resolve
    })
    const stopped = inTerm(term, async (tx) => {
      await write(tx, name)
      entered()
      // Like a process that stands still: it says nothing, and its session keeps the lock.
      await asleep
    })
    const failed = expect(stopped).rejects.toThrow()
    await holding
    expect(await begin()).toBe(term + 1)
    wake()
    await failed
    expect(await exists(name)).toBe(false)
  })

  test('a transaction that waited for the takeover finds its term over', async () => {
    const term = await begin()
    let late: Promise<number> | undefined
    await database.transaction(async (tx) => {
      const takeover = takeoverOf(tx)
      expect(await takeover.exclude(1000)).toBe(true)
      late = inTerm(term, (other) => write(other, uuid7()))
      late.catch(() => {})
      await takeover.writeNextTerm()
      await tx.query(sql`SELECT pg_sleep(0.1)`)
    })
    await expect(late).rejects.toMatchObject({ status: 412 })
  })
})

describe('the lease in the database', () => {
  const settings = loadSettings({ HOME: '/nonexistent' }, '/')
  const ask = async <Body>(handle: (context: Context, request: never) => Promise<Reply>, body: Body): Promise<unknown> => {
    const reply = await database.transaction((tx) =>
      handle({ tx, now: Timestamp.now(), settings, emit: () => {}, publish: () => {} }, {
        params: {},
        query: undefined,
        body,
        headers: {},
      } as never),
    )
    return reply.body
  }
  const acquire = (owner: string, milliseconds = 60_000) => ask(acquireLease, { owner, milliseconds })
  const renew = (owner: string, milliseconds = 60_000) => ask(renewLease, { owner, milliseconds })
  const held = { held: true }
  const refused = { held: false }

  beforeEach(async () => {
    await database.transaction((tx) => tx.execute(sql`UPDATE server_term SET owner = NULL, expires = NULL`))
  })

  test('has one owner, who may take it again and renew it', async () => {
    expect([await acquire('a'), await acquire('b'), await acquire('a'), await renew('a'), await renew('b')]).toEqual([
      held,
      refused,
      held,
      held,
      refused,
    ])
  })

  test('is free once it is released, by its owner only', async () => {
    await acquire('a')
    await ask(releaseLease, { owner: 'b' })
    expect(await acquire('b')).toEqual(refused)
    await ask(releaseLease, { owner: 'a' })
    expect(await acquire('b')).toEqual(held)
  })

  test('ends by the clock of the database', async () => {
    await acquire('a', 1)
    await database.transaction((tx) => tx.query(sql`SELECT pg_sleep(0.05)`))
    expect([await renew('a'), await acquire('b'), await acquire('a')]).toEqual([refused, held, refused])
  })

  test('goes to one of those who ask at the same time', async () => {
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((owner) => acquire(owner)))
    expect(answers.filter((answer) => JSON.stringify(answer) === JSON.stringify(held))).toHaveLength(1)
  })
})
