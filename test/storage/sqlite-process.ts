/**
 * Another process at the same file, for the tests of SQLite: `node sqlite-process.ts WHAT FILE`. Prints `ready` when it
 * holds what it was asked to hold, `done` at its end.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import BetterSqlite3 from 'better-sqlite3'
import { upgrade } from '../../src/storage/migrations/migrate.ts'
import { sql } from '../../src/storage/sql.ts'
import { openSqlite } from '../../src/storage/sqlite/database.ts'

const [, , what, file = ''] = process.argv

if (what === 'server') {
  // A server of ours that lives until it is killed.
  await openSqlite({ file, role: 'writer' }).catch(() => process.exit(3))
  console.log('ready')
  await sleep(60_000)
} else if (what === 'stranger') {
  // Writes once, with the patience of SQLite's own busy handler, as the reference would.
  const driver = new BetterSqlite3(file, { timeout: 10_000 })
  console.log('ready')
  driver.prepare("INSERT INTO variable (name, value) VALUES ('stranger', '1')").run()
} else if (what === 'reader') {
  // Always has a snapshot open, or is about to.
  const database = await openSqlite({ file, role: 'reader' })
  console.log('ready')
  for (;;) {
    await database.read(async (tx) => {
      await tx.query(sql`SELECT count(*) FROM variable`)
      await sleep(2)
    })
  }
} else if (what === 'migration') {
  // Is killed in the middle of its migration.
  const database = await openSqlite({ file, role: 'writer' })
  await upgrade({
    ...database,
    transaction: (work) =>
      database.transaction(async (tx) => {
        const result = await work(tx)
        console.log('ready')
        await sleep(60_000)
        return result
      }),
  })
}
console.log('done')
