import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../src/storage/database.ts'
import { check, info, reset, stamp, upgrade } from '../../src/storage/migrations/migrate.ts'
import { MigrationError } from '../../src/storage/migrations/migration-error.ts'
import { headRevision, revisions } from '../../src/storage/migrations/revisions.ts'
import { serverVersions } from '../../src/storage/migrations/server-tables.ts'
import { sql } from '../../src/storage/sql.ts'
import { insertInto } from '../../src/storage/statements.ts'
import { tables } from '../../src/storage/tables.ts'
import { Timestamp } from '../../src/values/timestamp.ts'
import { uuid7 } from '../../src/values/uuid.ts'
import { dialects, emptyPlace, type Place, postgresDatabase, sqlite } from './databases.ts'

const ownTables = [...Object.keys(tables).filter((table) => table.startsWith('server_')), 'server_migration'].sort()
const everyTable = [...Object.keys(tables), 'server_migration'].sort()

describe.each(dialects)('migrations on %s', (dialect) => {
  let place: Place
  const opened: Database[] = []
  beforeEach(async () => {
    place = await emptyPlace(dialect)
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((database) => database.close()))
    await place.remove()
  })

  /** As the commands open it. */
  async function open(): Promise<Database> {
    const database = dialect === 'sqlite' ? await sqlite(place.location, { foreignKeys: false }) : postgresDatabase(place.location)
    opened.push(database)
    return database
  }

  const run = (database: Database, ...statements: string[]): Promise<void> =>
    database.transaction(async (tx) => {
      for (const statement of statements) await tx.execute(sql.raw(statement))
    })

  /** The schema without our own tables: what the reference leaves. */
  async function asTheReferenceMadeIt(): Promise<Database> {
    const database = await open()
    await upgrade(database)
    await run(database, ...ownTables.map((table) => `DROP TABLE ${table}`))
    return database
  }

  test('an empty database becomes current, once', async () => {
    const database = await open()
    expect(await info(database)).toMatchObject({ status: 'empty', revision: null, serverVersion: 0, tables: [] })
    await expect(check(database)).rejects.toThrow('run `prefect-server database upgrade`')
    const made = await upgrade(database)
    expect(made).toMatchObject({
      dialect,
      status: 'current',
      revision: headRevision(dialect),
      behind: 0,
      serverVersion: serverVersions.length,
      serverHead: serverVersions.length,
    })
    expect(made.tables.toSorted()).toEqual(everyTable)
    expect(await upgrade(database)).toEqual(made)
    expect(await check(database)).toEqual(made)
    expect(await info(database)).toEqual(made)
  })

  test("a database of the reference's gets our tables and keeps its rows", async () => {
    const database = await asTheReferenceMadeIt()
    await database.transaction((tx) => tx.execute(insertInto('flow', { name: 'kept' })))
    await expect(check(database)).rejects.toBeInstanceOf(MigrationError)
    const made = await upgrade(database)
    expect(made.tables.toSorted()).toEqual(everyTable)
    expect(await database.read((tx) => tx.query(sql`SELECT name FROM flow`))).toEqual([{ name: 'kept' }])
    expect(await database.read((tx) => tx.query(sql`SELECT term, owner FROM server_term`))).toEqual([{ term: 0, owner: null }])
  })

  test('what a first start of the reference that failed left behind is no obstacle', async () => {
    const database = await open()
    await run(database, 'CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)')
    expect(await upgrade(database)).toMatchObject({ status: 'current' })
  })

  test('tables of somebody else are left alone', async () => {
    const database = await open()
    await run(database, 'CREATE TABLE somebody_elses (id INTEGER)', 'INSERT INTO somebody_elses VALUES (7)')
    await upgrade(database)
    await reset(database)
    expect(await database.read((tx) => tx.query(sql`SELECT id FROM somebody_elses`))).toEqual([{ id: 7 }])
  })

  test.each([
    [
      'an older Prefect',
      revisions[dialect].at(-2) ?? '',
      'older',
      1,
      /revision \w+ of an older Prefect.* run `prefect server database upgrade` with prefect 3\.8\.8/,
    ],
    ['a newer Prefect', 'ffffffffffff', 'unknown', null, /revision ffffffffffff, which this server does not know/],
  ])('a database of %s is refused and left as it is', async (_, revision, status, behind, sentence) => {
    const database = await asTheReferenceMadeIt()
    await run(database, `UPDATE alembic_version SET version_num = '${revision}'`)
    for (const act of [upgrade, check]) {
      const refused = act(database)
      await expect(refused).rejects.toBeInstanceOf(MigrationError)
      await expect(refused).rejects.toThrow(sentence)
    }
    const now = await info(database)
    expect(now).toMatchObject({ status, revision, behind, serverVersion: 0 })
    expect(now.tables.filter((table) => table.startsWith('server_'))).toEqual([])
  })

  test('two revisions at once are nothing that we know', async () => {
    const database = await asTheReferenceMadeIt()
    await run(database, "INSERT INTO alembic_version VALUES ('ffffffffffff')")
    await expect(upgrade(database)).rejects.toBeInstanceOf(MigrationError)
  })

  test('tables without a revision are refused, until they are stamped', async () => {
    const database = await asTheReferenceMadeIt()
    await run(database, 'DROP TABLE alembic_version')
    expect(await info(database)).toMatchObject({ status: 'unmarked', revision: null })
    await expect(upgrade(database)).rejects.toThrow('run `prefect-server database stamp head`')
    await stamp(database, 'head')
    expect(await upgrade(database)).toMatchObject({ status: 'current' })
    await stamp(database, 'abc')
    expect(await info(database)).toMatchObject({ status: 'unknown', revision: 'abc' })
  })

  test('a newer prefect-server is refused', async () => {
    const database = await open()
    await upgrade(database)
    await run(database, 'UPDATE server_migration SET version = 99')
    for (const act of [upgrade, check]) await expect(act(database)).rejects.toThrow('newer prefect-server')
  })

  test('reset deletes all rows, whatever refers to what', async () => {
    const database = await open()
    const before = await upgrade(database)
    const [flow, run_, state, pool, queue] = [uuid7(), uuid7(), uuid7(), uuid7(), uuid7()]
    await database.transaction(async (tx) => {
      await tx.execute(insertInto('flow', { id: flow, name: 'flow' }))
      await tx.execute(insertInto('flow_run', { id: run_, flow_id: flow, name: 'run' }))
      await tx.execute(
        insertInto('flow_run_state', { id: state, flow_run_id: run_, type: 'PENDING', name: 'Pending', timestamp: Timestamp.now() }),
      )
      await tx.execute(sql`UPDATE flow_run SET state_id = ${state}`)
      await tx.execute(insertInto('work_pool', { id: pool, name: 'pool', type: 'process' }))
      await tx.execute(insertInto('work_queue', { id: queue, name: 'queue', work_pool_id: pool }))
      await tx.execute(sql`UPDATE work_pool SET default_queue_id = ${queue}`)
      await tx.execute(insertInto('server_outbox', { events: [] }))
    })
    expect(await reset(database)).toEqual(before)
    for (const table of ['flow', 'flow_run', 'flow_run_state', 'work_pool', 'work_queue', 'server_outbox']) {
      expect(await database.read((tx) => tx.query(sql`SELECT count(*) AS count FROM ${sql.id(table)}`))).toEqual([{ count: 0 }])
    }
  })

  test('reset works on an empty database too, and on one that is refused', async () => {
    const database = await open()
    expect(await reset(database)).toMatchObject({ status: 'current' })
    await run(database, "UPDATE alembic_version SET version_num = 'ffffffffffff'")
    expect(await reset(database)).toMatchObject({ status: 'current' })
  })

  test('a migration that fails half-way leaves nothing', async () => {
    const database = await open()
    // Its name is taken by something that is no table, late in the migration.
    await run(database, 'CREATE VIEW server_lease AS SELECT 1 AS one')
    await expect(upgrade(database)).rejects.toThrow()
    expect(await info(database)).toMatchObject({ status: 'empty', tables: [] })
    await run(database, 'DROP VIEW server_lease')
    expect(await upgrade(database)).toMatchObject({ status: 'current' })
  })
})

test('two pods that start together on an empty PostgreSQL database', async () => {
  const place = await emptyPlace('postgres')
  const pods = [postgresDatabase(place.location), postgresDatabase(place.location), postgresDatabase(place.location)]
  try {
    const made = await Promise.all(pods.map(upgrade))
    expect(made.map(({ status }) => status)).toEqual(['current', 'current', 'current'])
  } finally {
    await Promise.all(pods.map((pod) => pod.close()))
    await place.remove()
  }
})

test('a kill -9 in the middle of a migration leaves an empty SQLite file, which the next start fills', async () => {
  const place = await emptyPlace('sqlite')
  try {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'sqlite-process.ts'), 'migration', place.location], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', () => resolve())
      child.once('exit', (code) => reject(new Error(`exit ${code}`)))
    })
    child.removeAllListeners('exit')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const database = await place.open()
    expect(await info(database)).toMatchObject({ status: 'empty', tables: [] })
    expect(await upgrade(database)).toMatchObject({ status: 'current' })
    await database.close()
  } finally {
    await place.remove()
  }
})
