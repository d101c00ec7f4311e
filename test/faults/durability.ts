/**
 * A kill alone cannot show durability: the kernel keeps what a dead process wrote. So the system calls are watched: between a
 * commit's last write to the WAL and the first byte of its reply there must be an fsync. On PostgreSQL its own log shows that
 * no session turned synchronous_commit off.
 */
import { readFile } from 'node:fs/promises'
import { artifact } from '../environment/paths.ts'
import { createDatabase, startPostgres, withClient } from '../environment/postgres.ts'
import { tail } from '../environment/processes.ts'
import { type Backend, type Server, startServer } from '../environment/servers.ts'
import type { Tally } from '../tally.ts'
import { createFlow } from './stage.ts'
import { strace } from './strace.ts'

/** Creating a flow emits no event, so nothing but the request itself writes. */
async function createFlows(server: Server, count: number): Promise<void> {
  for (let index = 0; index < count; index++) await createFlow(server.url, `durable-${index}`)
}

export async function checkDurability(tally: Tally, backend: Backend): Promise<void> {
  if (backend === 'sqlite') await tally.check('fsync of the WAL between commit and reply (strace)', checkWal)
  else await tally.check('PostgreSQL with synchronous_commit = on', checkSynchronousCommit)
}

async function checkWal(): Promise<void> {
  const trace = artifact('strace-wal.txt')
  const calls = 'trace=pwrite64,write,writev,fsync,fdatasync,sendto,sendmsg'
  const under = [await strace(), '-f', '-y', '-s', '24', '-o', trace, '-e', calls]
  const server = await startServer('ours', { backend: 'sqlite', under })
  try {
    await createFlows(server, 50)
  } finally {
    await server.stop()
  }
  const replies = unsyncedReplies((await readFile(trace, 'utf8')).split('\n'))
  if (replies.seen < 50) throw new Error(`the trace shows ${replies.seen} replies of 50: it proves nothing`)
  if (replies.written < 50) throw new Error(`the trace shows ${replies.written} commits for 50 replies: it proves nothing`)
  if (replies.unsynced > 0) throw new Error(`${replies.unsynced} of ${replies.seen} replies left before the WAL was on the disk`)
}

/** Goes through the trace: a write to the WAL makes it dirty, an fsync of it that has returned makes it clean. */
export function unsyncedReplies(lines: readonly string[]): { seen: number; written: number; unsynced: number } {
  const replies = { seen: 0, written: 0, unsynced: 0 }
  const syncing = new Set<string>() // threads inside an fsync of the WAL
  let dirty = false
  for (const line of lines) {
    const thread = /^\d+/.exec(line)?.[0] ?? ''
    const wal = /^\d+ +(?:pwrite64|write|writev)\(\d+<[^>]*-wal>/.test(line)
    if (wal && !dirty) replies.written++
    if (wal) dirty = true
    if (/^\d+ +f(?:data)?sync\(\d+<[^>]*-wal>/.test(line)) {
      if (line.includes('<unfinished')) syncing.add(thread)
      else dirty = false
    } else if (/<\.\.\. f(?:data)?sync resumed>.*= 0/.test(line) && syncing.delete(thread)) dirty = false
    if (/"HTTP\/1\.1 201/.test(line)) {
      replies.seen++
      if (dirty) replies.unsynced++
    }
  }
  return replies
}

async function checkSynchronousCommit(): Promise<void> {
  const postgres = await startPostgres({ settings: ["log_statement = 'all'", 'fsync = on'] })
  const database = await createDatabase('durability', postgres.url)
  try {
    const server = await startServer('ours', { backend: 'postgres', database: database.url })
    try {
      await createFlows(server, 5)
      await withClient(database.url, async (client) => {
        for (const name of ['synchronous_commit', 'fsync', 'full_page_writes']) {
          const { rows } = await client.query(`SHOW ${name}`)
          if (Object.values(rows[0] as object)[0] !== 'on') throw new Error(`${name} is ${JSON.stringify(rows[0])}`)
        }
      })
    } finally {
      await server.stop()
    }
    const log = await readFile(artifact(`postgres-${postgres.port}.log`), 'utf8')
    if (!/INSERT INTO "?flow"?\b/i.test(log))
      throw new Error(`the log shows no insert: it proves nothing\n${tail(artifact(`postgres-${postgres.port}.log`), 5)}`)
    const off = /.*synchronous_commit.*\boff\b.*/i.exec(log)
    if (off) throw new Error(`a session turned it off: ${off[0]}`)
  } finally {
    await postgres.stop()
  }
}
