import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { closeSync, copyFileSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import BetterSqlite3 from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../src/storage/database.ts'
import { upgrade } from '../../src/storage/migrations/migrate.ts'
import { MigrationError } from '../../src/storage/migrations/migration-error.ts'
import { sql } from '../../src/storage/sql.ts'
import { insertInto } from '../../src/storage/statements.ts'
import { uuid7 } from '../../src/values/uuid.ts'
import { sqlite } from './databases.ts'

let folder: string
let file: string
const opened: Database[] = []
const children: ChildProcess[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prefect-storage-'))
  file = join(folder, 'prefect.db')
})

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await Promise.all(opened.splice(0).map((database) => database.close()))
  rmSync(folder, { recursive: true })
})

async function open(options: Parameters<typeof sqlite>[1] = {}, at = file): Promise<Database> {
  const database = await sqlite(at, options)
  opened.push(database)
  return database
}

async function prepared(options: Parameters<typeof sqlite>[1] = {}, at = file): Promise<Database> {
  const database = await open(options, at)
  await upgrade(database)
  return database
}

const variable = (name = uuid7(), bytes = 1) => insertInto('variable', { name, value: 'x'.repeat(bytes) })
const countVariables = async (database: Database): Promise<unknown> =>
  (await database.read((tx) => tx.query(sql`SELECT count(*) AS count FROM variable`)))[0]?.count

/** Starts another process at the file, and waits until it says that it is ready. */
async function otherProcess(what: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'sqlite-process.ts'), what, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (data: Buffer) => data.toString().includes('ready') && resolve())
    child.once('exit', (code) => reject(new Error(`exit ${code}`)))
  })
  return child
}

const exited = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.once('exit', resolve))

describe('one file, one server', () => {
  test('a second server is refused, and told which process has the file', async () => {
    const child = await otherProcess('server')
    const started = performance.now()
    const refused = open()
    await expect(refused).rejects.toMatchObject({ kind: 'unavailable' })
    await expect(refused).rejects.toThrow(new RegExp(`in use by another prefect-server, process ${child.pid} \\(started 2\\d{3}-`))
    expect(performance.now() - started).toBeLessThan(2000)
  })

  test('after a kill -9 the file is free at once', async () => {
    const child = await otherProcess('server')
    child.kill('SIGKILL')
    await exited(child)
    await prepared()
  })

  test('of many that start at once, one gets the file', async () => {
    const attempts = Array.from({ length: 4 }, () =>
      otherProcess('server').then(
        () => 'has it',
        () => 'refused',
      ),
    )
    expect((await Promise.all(attempts)).sort()).toEqual(['has it', 'refused', 'refused', 'refused'])
  })

  test('after a clean end it is free', async () => {
    const first = await sqlite(file)
    await first.close()
    await prepared()
  })

  test('a worker thread that replaces another one gets the file when the other is gone', async () => {
    const first = await sqlite(file)
    const second = open()
    await sleep(100)
    await first.close()
    await upgrade(await second)
  })
})

describe('other processes at the file', () => {
  test('a lock that is held for a while is waited for, and the thread goes on meanwhile', async () => {
    const database = await prepared()
    const stranger = new BetterSqlite3(file)
    stranger.exec('BEGIN IMMEDIATE')
    let ticks = 0
    const clock = setInterval(() => ticks++, 10)
    setTimeout(() => stranger.exec('COMMIT'), 300)
    expect(await database.transaction((tx) => tx.execute(variable()))).toBe(1)
    clearInterval(clock)
    stranger.close()
    expect(ticks).toBeGreaterThan(10)
  })

  test('a lock that is held for too long is an unavailable database', async () => {
    const database = await prepared({ waitMilliseconds: 100 })
    const stranger = new BetterSqlite3(file)
    stranger.exec('BEGIN IMMEDIATE')
    await expect(database.transaction((tx) => tx.execute(variable()))).rejects.toMatchObject({ kind: 'unavailable' })
    stranger.exec('COMMIT')
    stranger.close()
    expect(await database.transaction((tx) => tx.execute(variable()))).toBe(1)
  })

  test('a writer that is never idle lets them in', async () => {
    const database = await prepared()
    const child = await otherProcess('stranger')
    let ended: number | null | undefined
    void exited(child).then((code) => {
      ended = code
    })
    const start = performance.now()
    while (ended === undefined && performance.now() - start < 15_000) await database.transaction((tx) => tx.execute(variable()))
    expect(ended).toBe(0)
  })
})

describe('the write-ahead log', () => {
  test('stays small beside readers that are never idle', async () => {
    const database = await prepared()
    await Promise.all([otherProcess('reader'), otherProcess('reader')])
    let largest = 0
    for (let megabytes = 0; megabytes < 80; megabytes++) {
      await database.transaction((tx) => tx.execute(variable(uuid7(), 1024 * 1024)))
      largest = Math.max(largest, statSync(`${file}-wal`).size)
    }
    expect(largest).toBeGreaterThan(16 * 1024 * 1024)
    expect(largest).toBeLessThan(40 * 1024 * 1024)
  })
})

describe('faults', () => {
  test('a file that cannot grow refuses the transaction as a whole, and goes on', async () => {
    const database = await prepared()
    await database.transaction(async (tx) => {
      const pages = (await tx.query<{ page_count: number }>(sql`PRAGMA page_count`))[0]?.page_count ?? 0
      await tx.query(sql.raw(`PRAGMA max_page_count = ${pages + 20}`))
    })
    const failed = database.transaction(async (tx) => {
      await tx.execute(variable('small'))
      await tx.execute(variable('large', 1024 * 1024))
    })
    await expect(failed).rejects.toMatchObject({ kind: 'full' })
    expect(await countVariables(database)).toBe(0)
    expect(await database.transaction((tx) => tx.execute(variable('small')))).toBe(1)
  })

  test('a full disk, also within a savepoint, refuses the transaction as a whole', async (context) => {
    const disk = join(folder, 'disk')
    const mounted = mount(disk, 3)
    if (!mounted) return context.skip('a small file system can only be mounted by root')
    try {
      const database = await prepared({}, join(disk, 'prefect.db'))
      let after: unknown
      const failed = database.transaction(async (tx) => {
        await tx.execute(variable('before'))
        for (let megabyte = 0; megabyte < 40; megabyte++) {
          // A cache that spills makes the disk full in the middle of the transaction.
          if (megabyte === 0) await tx.query(sql`PRAGMA cache_size = 10`)
          await tx
            .savepoint(() => tx.execute(variable(uuid7(), 200_000)))
            .catch((error: unknown) => {
              after ??= error
            })
        }
      })
      await expect(failed).rejects.toMatchObject({ kind: 'full' })
      expect(after).toMatchObject({ kind: 'full' })
      expect(await countVariables(database)).toBe(0)
      await database.transaction((tx) => tx.execute(variable('small')))
      expect(await countVariables(database)).toBe(1)
      await opened.pop()?.close()
    } finally {
      unmount(disk)
    }
  })

  test('a file system that has become read-only', async (context) => {
    const disk = join(folder, 'disk')
    if (!mount(disk, 8)) return context.skip('a file system can only be mounted by root')
    try {
      const database = await sqlite(join(disk, 'prefect.db'))
      await upgrade(database)
      await database.close()
      spawnSync('mount', ['-o', 'remount,ro', disk])
      await expect(sqlite(join(disk, 'prefect.db'))).rejects.toMatchObject({ kind: 'readonly' })
    } finally {
      unmount(disk)
    }
  })

  test('a damaged page', async () => {
    const first = await sqlite(file)
    await upgrade(first)
    await first.transaction((tx) =>
      tx.execute(
        insertInto(
          'variable',
          Array.from({ length: 500 }, () => ({ name: uuid7(), value: 'x'.repeat(100) })),
        ),
      ),
    )
    const [root] = await first.read((tx) => tx.query<{ rootpage: number }>(sql`SELECT rootpage FROM sqlite_master WHERE name = 'variable'`))
    await first.close()
    const descriptor = openSync(file, 'r+')
    writeSync(descriptor, Buffer.alloc(4096, 0xa5), 0, 4096, ((root?.rootpage ?? 0) - 1) * 4096)
    closeSync(descriptor)
    const database = await open()
    await expect(database.read((tx) => tx.query(sql`SELECT * FROM variable`))).rejects.toMatchObject({ kind: 'corrupt' })
    await expect(database.transaction((tx) => tx.execute(variable()))).rejects.toMatchObject({ kind: 'corrupt' })
    expect(await database.read((tx) => tx.query(sql`SELECT count(*) AS count FROM flow`))).toEqual([{ count: 0 }])
  })

  test('a file that is no database', async () => {
    writeFileSync(file, 'this is a text, not a database\n'.repeat(100))
    const refused = open()
    await expect(refused).rejects.toBeInstanceOf(MigrationError)
    await expect(refused).rejects.toThrow(`${file} is no SQLite database: move it away, or name another file.`)
    rmSync(file)
    copyFileSync(process.execPath, file)
    await expect(open()).rejects.toBeInstanceOf(MigrationError)
  })

  test('a reader of a file that is not there', async () => {
    await expect(open({ role: 'reader' })).rejects.toMatchObject({ kind: 'unavailable' })
  })

  test('a folder that is not there is made', async () => {
    await prepared({}, join(folder, 'a', 'b', 'prefect.db'))
  })
})

test('a scan that carries within_deadline ends in time', async () => {
  const database = await open({ deadlineMilliseconds: 50 })
  const endless = sql`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n WHERE within_deadline(i)`
  const start = performance.now()
  await expect(database.read((tx) => tx.query(endless))).rejects.toMatchObject({ kind: 'timeout' })
  expect(performance.now() - start).toBeLessThan(1000)
  expect(await database.read((tx) => tx.query(sql`SELECT within_deadline(1) AS fine`))).toEqual([{ fine: 1 }])
})

test('a database in memory', async () => {
  const database = await prepared({}, ':memory:')
  await database.transaction((tx) => tx.execute(variable()))
  expect(await countVariables(database)).toBe(1)
})

function mount(disk: string, megabytes: number): boolean {
  spawnSync('mkdir', ['-p', disk])
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk]).status === 0
}

function unmount(disk: string): void {
  spawnSync('umount', [disk])
}
