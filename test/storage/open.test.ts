import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadSettings, type Settings } from '../../src/config/settings.ts'
import { MigrationError } from '../../src/storage/migrations/migration-error.ts'
import { openDatabase, openForMigration, prepareDatabase } from '../../src/storage/open.ts'
import { sql } from '../../src/storage/sql.ts'
import { insertInto } from '../../src/storage/statements.ts'
import { dialects, emptyPlace, type Place } from './databases.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'prefect-storage-home-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const settingsOf = (environment: Record<string, string>): Settings => loadSettings({ HOME: home, PREFECT_HOME: home, ...environment }, home)

describe.each(dialects)('the database that the settings name, on %s', (dialect) => {
  let place: Place
  let url: string
  beforeEach(async () => {
    place = await emptyPlace(dialect)
    url = dialect === 'sqlite' ? `sqlite+aiosqlite:///${place.location}` : place.location.replace('postgresql:', 'postgresql+asyncpg:')
  })
  afterEach(async () => place.remove())

  test('is prepared, written and read', async () => {
    const settings = settingsOf({ PREFECT_API_DATABASE_CONNECTION_URL: url })
    expect(await prepareDatabase(settings)).toMatchObject({ dialect, status: 'current' })
    const writer = await openDatabase({ settings, role: 'writer', connections: 2 })
    const reader = await openDatabase({ settings, role: 'reader', connections: 2 })
    await writer.transaction((tx) => tx.execute(insertInto('variable', { name: 'a', value: 1 })))
    expect(await reader.read((tx) => tx.query(sql`SELECT name, value FROM variable`))).toEqual([{ name: 'a', value: 1 }])
    await Promise.all([writer.close(), reader.close()])
  })

  test('is not touched where migrations are not wanted', async () => {
    const settings = settingsOf({ PREFECT_SERVER_DATABASE_CONNECTION_URL: url, PREFECT_API_DATABASE_MIGRATE_ON_START: 'false' })
    await expect(prepareDatabase(settings)).rejects.toBeInstanceOf(MigrationError)
    const database = await openForMigration(settings)
    expect(
      await database.read((tx) =>
        tx.query(
          sql.dialect({ sqlite: sql`SELECT name FROM sqlite_master`, postgres: sql`SELECT FROM pg_tables WHERE schemaname = 'public'` }),
        ),
      ),
    ).toEqual([])
    await database.close()
    await prepareDatabase(settingsOf({ PREFECT_SERVER_DATABASE_CONNECTION_URL: url }))
    expect(await prepareDatabase(settings)).toMatchObject({ status: 'current' })
  })
})

test.each(['sqlite+aiosqlite:///:memory:', 'sqlite+aiosqlite:///file::memory:?cache=shared&uri=true&check_same_thread=false'])(
  'in memory (%s): the writer makes it and reads it',
  async (url) => {
    const settings = settingsOf({ PREFECT_API_DATABASE_CONNECTION_URL: url })
    expect(await prepareDatabase(settings)).toBeUndefined()
    const database = await openDatabase({ settings, role: 'writer', connections: 1 })
    await database.transaction((tx) => tx.execute(insertInto('variable', { name: 'a', value: 1 })))
    expect(await database.read((tx) => tx.query(sql`SELECT name FROM variable`))).toEqual([{ name: 'a' }])
    await expect(openDatabase({ settings, role: 'reader', connections: 1 })).rejects.toThrow('send reads to the writer')
    await database.close()
  },
)

test('nothing named: a file in PREFECT_HOME', async () => {
  const settings = settingsOf({})
  expect(await prepareDatabase(settings)).toMatchObject({ dialect: 'sqlite', status: 'current' })
  const database = await openDatabase({ settings, role: 'reader', connections: 1 })
  expect(await database.read((tx) => tx.query(sql`SELECT file FROM pragma_database_list`))).toEqual([{ file: join(home, 'prefect.db') }])
  await database.close()
})
