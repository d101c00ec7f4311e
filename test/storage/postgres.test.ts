import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Database, DatabaseError, type Transaction } from '../../src/storage/database.ts'
import { upgrade } from '../../src/storage/migrations/migrate.ts'
import { connectionOptions } from '../../src/storage/postgres/connection-url.ts'
import { openPostgres } from '../../src/storage/postgres/database.ts'
import type { PostgresOptions } from '../../src/storage/postgres/options.ts'
import { sql } from '../../src/storage/sql.ts'
import { insertInto } from '../../src/storage/statements.ts'
import { Duration } from '../../src/values/duration.ts'
import { Timestamp } from '../../src/values/timestamp.ts'
import { uuid7 } from '../../src/values/uuid.ts'
import { createDatabase, type TestDatabase, withClient } from '../environment/postgres.ts'
import { plainInput } from './databases.ts'
import { type FaultProxy, faultProxy } from './fault-proxy.ts'

let place: TestDatabase
const opened: Database[] = []

function open(changes: Partial<PostgresOptions> = {}): Database {
  const database = openPostgres({ ...connectionOptions({ ...plainInput, url: place.url }), encryption: ['plain'], ...changes })
  opened.push(database)
  return database
}

beforeAll(async () => {
  place = await createDatabase('storage')
  const database = open()
  await upgrade(database)
  await database.transaction((tx) => tx.execute(sql`CREATE TABLE note (id integer PRIMARY KEY, text text)`))
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()))
})
afterAll(async () => place.drop())

const pid = async (tx: Transaction): Promise<number> => (await tx.query<{ pid: number }>(sql`SELECT pg_backend_pid() AS pid`))[0]?.pid ?? 0
const end = (process: number) => withClient(place.url, (client) => client.query('SELECT pg_terminate_backend($1)', [process]))
const variable = (name = uuid7()) => insertInto('variable', { name, value: 1 })
const exists = async (name: string): Promise<boolean> =>
  await withClient(place.url, async (client) => (await client.query('SELECT FROM variable WHERE name = $1', [name])).rowCount === 1)

describe('a connection that is ended', () => {
  test('in the middle of a transaction: unavailable, nothing written, and the next one works', async () => {
    const database = open({ connections: 1 })
    const name = uuid7()
    const failed = database.transaction(async (tx) => {
      await tx.execute(variable(name))
      await end(await pid(tx))
      await tx.execute(variable())
    })
    await expect(failed).rejects.toMatchObject({ name: 'DatabaseError', kind: 'unavailable' })
    expect(await exists(name)).toBe(false)
    await database.transaction((tx) => tx.execute(variable(name)))
    expect(await exists(name)).toBe(true)
  })

  test('between the last statement and COMMIT', async () => {
    const database = open({ connections: 1 })
    const name = uuid7()
    const failed = database.transaction(async (tx) => {
      await tx.execute(variable(name))
      await end(await pid(tx))
      await sleep(100)
    })
    await expect(failed).rejects.toMatchObject({ kind: 'unavailable' })
    expect(await exists(name)).toBe(false)
  })

  test('while it is idle: nobody notices', async () => {
    const database = open({ connections: 1 })
    for (const pause of [0, 100]) {
      const process = await database.transaction(pid)
      await end(process)
      await sleep(pause)
      expect(await database.transaction(pid)).not.toBe(process)
      await end(await database.read(pid))
      await sleep(pause)
      expect(await database.read((tx) => tx.query(sql`SELECT 1 AS one`))).toEqual([{ one: 1 }])
    }
  })

  test('during a read: the read is repeated once', async () => {
    const database = open({ connections: 1 })
    let attempts = 0
    const read = database.read(async (tx) => {
      if (++attempts === 1) await end(await pid(tx))
      return await tx.query(sql`SELECT 1 AS one`)
    })
    expect(await read).toEqual([{ one: 1 }])
    expect(attempts).toBe(2)
  })
})

describe('a COMMIT whose answer is lost', () => {
  let proxy: FaultProxy
  beforeAll(async () => {
    proxy = await faultProxy(Number(new URL(place.url).port))
  })
  afterAll(async () => proxy.close())
  const behindProxy = (changes: Partial<PostgresOptions> = {}) =>
    open({ addresses: [{ host: '127.0.0.1', port: proxy.port }], connections: 1, ...changes })

  test('committed: the transaction has succeeded', async () => {
    const database = behindProxy()
    const name = uuid7()
    let runs = 0
    const result = database.transaction(async (tx) => {
      runs++
      await tx.execute(variable(name))
      proxy.fault = 'cut after'
      return 'committed'
    })
    expect(await result).toBe('committed')
    expect(runs).toBe(1)
    expect(await exists(name)).toBe(true)
  })

  test.each(['cut before', 'leave open'] as const)('not committed (%s): unavailable, and nothing is written later', async (fault) => {
    const database = behindProxy()
    const name = uuid7()
    const failed = database.transaction(async (tx) => {
      await tx.execute(variable(name))
      proxy.fault = fault
    })
    await expect(failed).rejects.toMatchObject({ kind: 'unavailable' })
    expect(await exists(name)).toBe(false)
    const { rows } = await withClient(place.url, (client) =>
      client.query("SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'"),
    )
    expect(rows).toEqual([])
  })

  test.each(['cut before', 'cut after'] as const)('nobody can be asked (%s): unknown', async (fault) => {
    const database = behindProxy({ fateMilliseconds: 300 })
    const failed = database.transaction(async (tx) => {
      await tx.execute(variable())
      proxy.fault = fault
      proxy.down = true
    })
    await expect(failed).rejects.toMatchObject({ kind: 'unknown_commit' })
    proxy.down = false
    expect(await database.transaction((tx) => tx.execute(variable()))).toBe(1)
  })

  test('a server that says nothing any more', async () => {
    const database = behindProxy({ statementTimeoutMilliseconds: 1 })
    const name = uuid7()
    const failed = database.transaction(async (tx) => {
      await tx.query(sql`SET LOCAL statement_timeout = 0`)
      await tx.execute(variable(name))
      proxy.fault = 'swallow'
    })
    await expect(failed).rejects.toMatchObject({ kind: 'unavailable' })
    expect(await exists(name)).toBe(false)
  })
})

describe('conflicts', () => {
  test('a deadlock is resolved by another attempt', async () => {
    const database = open({ connections: 2 })
    const ids = await database.transaction((tx) =>
      tx.query<{ id: string }>(insertInto('flow', [{ name: uuid7() }, { name: uuid7() }], { returning: ['id'] })),
    )
    let attempts = 0
    let arrived = 0
    const cross = (order: readonly { id: string }[]) =>
      database.transaction(async (tx) => {
        attempts++
        for (const { id } of order) {
          await tx.execute(sql`UPDATE flow SET labels = ${sql.json({ attempts })} WHERE id = ${id}`)
          if (++arrived <= 2) while (arrived < 2) await sleep(5)
        }
      })
    await Promise.all([cross(ids), cross(ids.toReversed())])
    // the victim tried again; on a slow machine its second attempt may meet the other one's once more
    expect(attempts).toBeGreaterThanOrEqual(3)
    const lost = sql`SELECT id FROM flow WHERE ${sql.isIn(
      sql`id`,
      ids.map(({ id }) => id),
      'uuid',
    )} AND labels->>'attempts' IS NULL`
    expect(await database.read((tx) => tx.query(lost))).toEqual([])
  })

  test('after three more attempts it is given up', async () => {
    let attempts = 0
    const failed = open().transaction(async () => {
      attempts++
      throw new DatabaseError('conflict', 'again')
    })
    await expect(failed).rejects.toMatchObject({ kind: 'conflict' })
    expect(attempts).toBe(4)
  })

  test('a waiting update sees what the other one committed', async () => {
    const database = open({ connections: 2 })
    await database.transaction((tx) => tx.execute(sql`INSERT INTO note VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET text = 'a'`))
    const order: string[] = []
    const append = (letter: string, pause: number) =>
      database.transaction(async (tx) => {
        await tx.execute(sql`UPDATE note SET text = text || ${letter} WHERE id = 1`)
        order.push(letter)
        await sleep(pause)
      })
    const first = append('b', 100)
    await sleep(30)
    const second = append('c', 0)
    await sleep(30)
    expect(order).toEqual(['b'])
    await Promise.all([first, second])
    expect(await database.read((tx) => tx.query(sql`SELECT text FROM note WHERE id = 1`))).toEqual([{ text: 'abc' }])
  })
})

describe('statements', () => {
  test('run out of their time, and the connection goes on', async () => {
    const database = open({ connections: 1, statementTimeoutMilliseconds: 100 })
    await expect(database.read((tx) => tx.query(sql`SELECT pg_sleep(5)`))).rejects.toMatchObject({ kind: 'timeout', code: '57014' })
    await expect(database.transaction((tx) => tx.query(sql`SELECT pg_sleep(5)`))).rejects.toMatchObject({ kind: 'timeout' })
    expect(await database.transaction((tx) => tx.execute(variable()))).toBe(1)
  })

  test('are prepared once, and old ones are forgotten', async () => {
    const database = open({ connections: 1 })
    const count = sql`SELECT count(*) AS count FROM pg_prepared_statements`
    for (let index = 0; index < 450; index++) await database.read((tx) => tx.query(sql.raw(`SELECT ${index} AS n`)))
    const [{ count: prepared } = { count: 0 }] = await database.read((tx) => tx.query<{ count: number }>(count))
    expect(prepared).toBeGreaterThan(200)
    expect(prepared).toBeLessThanOrEqual(301)
    for (let index = 0; index < 450; index += 50) {
      expect(await database.transaction((tx) => tx.query(sql.raw(`SELECT ${index} AS n`)))).toEqual([{ n: index }])
    }
  })

  test('that are prepared survive a change of the table', async () => {
    const database = open({ connections: 1 })
    const select = sql`SELECT * FROM note WHERE id = 2`
    await database.transaction((tx) => tx.execute(sql`INSERT INTO note (id, text) VALUES (2, 'b')`))
    expect(await database.read((tx) => tx.query(select))).toEqual([{ id: 2, text: 'b' }])
    await withClient(place.url, (client) => client.query('ALTER TABLE note ADD COLUMN more integer'))
    expect(await database.read((tx) => tx.query(select))).toEqual([{ id: 2, text: 'b', more: null }])
    await withClient(place.url, (client) => client.query('ALTER TABLE note DROP COLUMN more'))
    expect(await database.transaction((tx) => tx.query(select))).toEqual([{ id: 2, text: 'b' }])
  })

  test('of one transaction do not wait for each other', async () => {
    const rows = await open().transaction((tx) => Promise.all([1, 2, 3].map((n) => tx.query(sql`SELECT ${n}::int AS n`))))
    expect(rows).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]])
  })

  test.each([
    ['text', sql`SELECT ${'a\0b'}::text`],
    ['JSON', sql`SELECT ${sql.json({ deep: ['a\0b'] })}::jsonb`],
    ['a key of JSON', sql`SELECT ${sql.json({ 'a\0b': 1 })}::jsonb`],
    ['a list', insertInto('variable', [{ name: 'a' }, { name: 'a\0b' }])],
  ])('with the character U+0000 in %s are never sent', async (_, statement) => {
    const database = open({ connections: 1 })
    const failed = database.transaction(async (tx) => {
      await tx.execute(variable())
      await expect(tx.savepoint(() => tx.query(statement))).rejects.toMatchObject({ kind: 'invalid' })
      await tx.query(statement)
    })
    await expect(failed).rejects.toMatchObject({ kind: 'invalid', code: undefined })
  })

  test('with \\u0000 that is only text are fine', async () => {
    const value = { text: 'C:\\u0000' }
    expect(await open().read((tx) => tx.query(sql`SELECT ${sql.json(value)}::jsonb AS value`))).toEqual([{ value }])
  })

  test.each([
    ['a lone surrogate in JSON', sql`SELECT ${'"\\ud800"'}::jsonb`],
    ['a number out of range', sql`SELECT ${3_000_000_000}::int4`],
    ['no UUID', sql`SELECT ${'x'}::uuid`],
    ['no state type', sql`SELECT ${'x'}::state_type`],
  ])('with values that a column cannot hold are invalid: %s', async (_, statement) => {
    await expect(open().read((tx) => tx.query(statement))).rejects.toMatchObject({ kind: 'invalid' })
  })
})

describe('values', () => {
  test('come decoded, whatever the server is set to', async () => {
    const { name } = place
    await withClient(place.url, (client) =>
      client.query(
        `ALTER DATABASE ${name} SET timezone = 'Asia/Kolkata'; ALTER DATABASE ${name} SET datestyle = 'SQL, DMY';
         ALTER DATABASE ${name} SET intervalstyle = 'iso_8601'; ALTER DATABASE ${name} SET jit = on;
         ALTER DATABASE ${name} SET default_transaction_isolation = 'serializable'`,
      ),
    )
    const select = sql`SELECT '2026-07-01T12:00:00.5Z'::timestamptz AS instant, '1 day 02:03:04.5'::interval AS span, 1.50::numeric AS exact,
      9007199254740991 AS big, 'x'::text AS text, ARRAY['a', NULL, 'b,"\\c']::text[] AS texts, ARRAY[1, 2] AS numbers, '[1.0]'::json AS json,
      ARRAY['2026-07-01T12:00:00Z'::timestamptz] AS instants, true AS yes, current_setting('jit') AS jit`
    const expected = {
      instant: Timestamp.fromCanonical('2026-07-01T12:00:00.500000Z'),
      span: Duration.fromSeconds(93_784.5),
      exact: 1.5,
      big: 9_007_199_254_740_991,
      text: 'x',
      texts: ['a', null, 'b,"\\c'],
      numbers: [1, 2],
      instants: [Timestamp.fromCanonical('2026-07-01T12:00:00.000000Z')],
      yes: true,
      jit: 'off',
    }
    for (const transactionPooling of [false, true]) {
      const database = open({ transactionPooling })
      for (const run of [database.read, database.transaction]) {
        const rows: unknown = await run.call(database, (tx: Transaction) => tx.query(select))
        expect(rows).toMatchObject([expected])
        expect(JSON.stringify(rows)).toContain('"json":[1.0]')
      }
      const isolation = sql`SELECT current_setting('transaction_isolation') AS level`
      expect(await database.transaction((tx) => tx.query(isolation))).toEqual([{ level: 'read committed' }])
    }
  })
})

describe('behind PgBouncer', () => {
  test('no statement is prepared, and no setting outlives its transaction', async () => {
    const database = open({ transactionPooling: true, connections: 1, settings: { search_path: 'pg_catalog, public' } })
    for (let round = 0; round < 3; round++) {
      await database.transaction((tx) => tx.execute(variable()))
      await database.read((tx) => tx.query(sql`SELECT count(*) FROM variable WHERE name = ${'x'}`))
    }
    expect(await database.read((tx) => tx.query(sql`SELECT name FROM pg_prepared_statements`))).toEqual([])
    expect(await database.read((tx) => tx.query(sql`SHOW search_path`))).toEqual([{ search_path: 'pg_catalog, public' }])
    await expect(database.read((tx) => tx.execute(variable()))).rejects.toMatchObject({ kind: 'readonly' })
  })

  test('is noticed by itself, whatever comes first', async () => {
    const proxy = await faultProxy(Number(new URL(place.url).port))
    proxy.refuseOptions = true
    for (const first of ['read', 'transaction'] as const) {
      const database = open({ addresses: [{ host: '127.0.0.1', port: proxy.port }], connections: 2 })
      const one = sql`SELECT 1 AS one, current_setting('jit') AS jit`
      const answers = await Promise.all(Array.from({ length: 10 }, () => database[first]((tx) => tx.query(one))))
      expect(answers).toEqual(Array(10).fill([{ one: 1, jit: 'off' }]))
      expect(await database.transaction((tx) => tx.execute(variable()))).toBe(1)
      expect(await database.read((tx) => tx.query(sql`SELECT name FROM pg_prepared_statements`))).toEqual([])
      await database.close()
    }
    await proxy.close()
  })
})

describe('connecting', () => {
  test('to nobody: unavailable, and soon', async () => {
    const database = open({ addresses: [{ host: '127.0.0.1', port: 1 }] })
    const start = performance.now()
    await expect(database.transaction(pid)).rejects.toMatchObject({ kind: 'unavailable' })
    await expect(database.read(pid)).rejects.toMatchObject({ kind: 'unavailable' })
    expect(performance.now() - start).toBeLessThan(2000)
  })

  test('to somebody who does not answer', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const address = silent.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const database = open({ addresses: [{ host: '127.0.0.1', port }], connectionTimeoutMilliseconds: 200 })
    await expect(database.transaction(pid)).rejects.toMatchObject({ kind: 'unavailable' })
    silent.close()
  })

  test('to the second host when the first one is gone', async () => {
    const { port } = new URL(place.url)
    const database = open({
      addresses: [
        { host: '127.0.0.1', port: 1 },
        { host: '127.0.0.1', port: Number(port) },
      ],
    })
    expect(await database.transaction((tx) => tx.execute(variable()))).toBe(1)
  })

  test('to a standby only: a primary is refused', async () => {
    await expect(open({ targetSession: 'standby' }).read(pid)).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'the host is a primary',
    })
    expect(await open({ targetSession: 'primary' }).read(pid)).toBeGreaterThan(0)
    expect(await open({ targetSession: 'prefer-standby' }).read(pid)).toBeGreaterThan(0)
  })

  test('to a database that is not there', async () => {
    await expect(open({ database: 'oracle_storage_nowhere' }).read(pid)).rejects.toMatchObject({ kind: 'unavailable', code: '3D000' })
  })

  test('with a schema of its own', async () => {
    await withClient(place.url, (client) => client.query('CREATE SCHEMA IF NOT EXISTS "own schema"'))
    const options = connectionOptions({ ...plainInput, url: place.url, searchPath: '"own schema", public' })
    const database = open({ ...options, encryption: ['plain'] })
    const info = await upgrade(database)
    expect(info).toMatchObject({ status: 'current' })
    const tables = sql`SELECT count(*) AS count FROM pg_tables WHERE schemaname = 'own schema' AND tablename = 'flow_run'`
    expect(await database.read((tx) => tx.query(tables))).toEqual([{ count: 1 }])
  })

  test('as no more than it is allowed, even for many at once', async () => {
    const database = open({ connections: 2, applicationName: 'counted' })
    const busy = Array.from({ length: 20 }, () => database.transaction((tx) => tx.query(sql`SELECT pg_sleep(0.01)`)))
    const { rows } = await withClient(place.url, (client) =>
      client.query("SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'counted'"),
    )
    await Promise.all(busy)
    expect(rows[0]?.count).toBeLessThanOrEqual(2)
  })
})
