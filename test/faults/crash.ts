/** Kills the server without warning, in the middle of its work, and looks whether it kept its word. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { artifact } from '../environment/paths.ts'
import { run, waitUntil } from '../environment/processes.ts'
import { type Backend, backends, type Server, startServer } from '../environment/servers.ts'
import type { StepOptions } from '../steps.ts'
import { seconds, type Tally } from '../tally.ts'
import { type Acknowledged, readAcknowledged } from './acknowledgements.ts'
import { checkApi } from './api-check.ts'
import { checkDurability } from './durability.ts'
import { checkDatabase, checkEvents, checkIntegrity } from './invariants.ts'
import { checkNamedPoints } from './points.ts'
import { createFlow, expectOutboxToDrain, onDatabase, withInspection } from './stage.ts'
import { checkTriggers } from './triggers.ts'

const workers = 240

export async function crash(tally: Tally, { prove }: StepOptions): Promise<void> {
  const seed = Number(process.env['PREFECT_TEST_SEED'] ?? 1)
  for (const backend of backends) {
    await tally.part(backend, async () => {
      await onDatabase(backend, (database) => killRepeatedly(tally, backend, database, prove ? 20 : 2, seed))
      await checkNamedPoints(tally, backend, prove)
      await checkDurability(tally, backend)
      await checkTriggers(tally, backend, prove ? 50 : 3, seed)
    })
  }
}

async function killRepeatedly(tally: Tally, backend: Backend, database: string, kills: number, seed: number): Promise<void> {
  let server = await startServer('ours', { backend, database })
  try {
    for (let kill = 1; kill <= kills; kill++) {
      const after = 800 + ((seed * 7919 + kill * 104_729) % 2200)
      await tally.check(`kill -9 number ${kill}, after ${seconds(after)} of load (seed ${seed})`, async () => {
        const acknowledged = await loadAndKill(server, after)
        if (acknowledged.inFlight < 200) throw new Error(`only ${acknowledged.inFlight} requests were in flight`)
        if (acknowledged.refused.length > 0) throw new Error(`unexpected answers: ${acknowledged.refused.slice(0, 3).join('; ')}`)
        await lookIntoDatabase(backend, database, acknowledged)
        server = await startServer('ours', { backend, database })
        await checkApi(server.url, acknowledged)
        await expectOutboxToDrain(database)
        await withInspection(database, (inspection) => checkEvents(inspection, acknowledged))
        console.log(`           ${acknowledged.count} acknowledgements, ${acknowledged.inFlight} requests in flight`)
      })
    }
  } finally {
    await server.stop()
  }
}

/** Lets the load work for a while, kills the server and gives what it had acknowledged. */
async function loadAndKill(server: Server, milliseconds: number): Promise<Acknowledged> {
  const file = artifact(`acknowledged-${server.port}.jsonl`)
  await rm(file, { force: true })
  const flow = await createFlow(server.url)
  const load = run(process.execPath, [join(import.meta.dirname, 'load.ts'), server.url, flow, file, String(workers)])
  await waitUntil('the first acknowledgement', async () => (await readIfThere(file)) > 0, { seconds: 30 })
  await sleep(milliseconds)
  server.process.kill('SIGKILL')
  const { code, output } = await load
  if (code !== 0) throw new Error(`the load ended with ${code}\n${output}`)
  return readAcknowledged(file)
}

async function readIfThere(file: string): Promise<number> {
  try {
    return readAcknowledged(file).count
  } catch {
    return 0 // not there yet, or its last line is not complete
  }
}

/** As the database lies there after the kill, before a server opens it again. */
async function lookIntoDatabase(backend: Backend, database: string, acknowledged: Acknowledged): Promise<void> {
  // PostgreSQL ends the transactions of a dead client in its own time
  if (backend === 'postgres')
    await waitUntil('the end of the dead sessions', async () => (await otherSessions(database)) === 0, { seconds: 20 })
  await withInspection(database, async (inspection) => {
    await checkDatabase(inspection, acknowledged)
    if (backend === 'sqlite') await checkIntegrity(inspection)
  })
}

async function otherSessions(database: string): Promise<number> {
  const statement = 'SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()'
  return withInspection(database, async (inspection) => (await inspection.rows(statement)).length)
}
