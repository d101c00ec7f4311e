/** What the fault tests share: a database that outlives its servers, and looks into it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase } from '../environment/postgres.ts'
import { waitUntil } from '../environment/processes.ts'
import type { Backend } from '../environment/servers.ts'
import { type Inspection, inspect } from './inspection.ts'

/** Runs `work` with a database that outlives the servers on it. */
export async function onDatabase(backend: Backend, work: (database: string) => Promise<void>): Promise<void> {
  if (backend === 'postgres') {
    const database = await createDatabase('crash')
    await work(database.url).finally(() => database.drop())
  } else {
    const folder = await mkdtemp(join(tmpdir(), 'prefect-test-crash.'))
    await work(join(folder, 'prefect.db')).finally(() => rm(folder, { recursive: true, force: true }))
  }
}

export async function createFlow(api: string, name = 'crash'): Promise<string> {
  const response = await fetch(`${api}/flows/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  })
  if (!response.ok) throw new Error(`creating a flow: ${response.status} ${await response.text()}`)
  return ((await response.json()) as { id: string }).id
}

export async function expectOutboxToDrain(database: string): Promise<void> {
  await waitUntil(
    'an empty outbox',
    () => withInspection(database, async (inspection) => (await inspection.rows('SELECT id FROM server_outbox')).length === 0),
    {
      seconds: 60,
    },
  )
}

export async function withInspection<Result>(database: string, work: (inspection: Inspection) => Promise<Result>): Promise<Result> {
  const inspection = await inspect(database)
  try {
    return await work(inspection)
  } finally {
    await inspection.close()
  }
}
