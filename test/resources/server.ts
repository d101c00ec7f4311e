/** What resource tests talk to: one pod on SQLite, or two pods on one PostgreSQL. Started once for all files. */
import type { TestProject } from 'vitest/node'
import { createDatabase } from '../environment/postgres.ts'
import { type Backend, backends, type Server, startServer } from '../environment/servers.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The URL of each pod's API. */
    pods: string[]
  }
}

/** The reference waits 30 s before it asks again for a slot, and a run whose slot is taken is told so; tests do not wait. */
const settings = {
  PREFECT_SERVER_DEPLOYMENTS_CONCURRENCY_SLOT_WAIT_SECONDS: '0.2',
  PREFECT_SERVER_TASKS_TAG_CONCURRENCY_SLOT_WAIT_SECONDS: '0.2',
  // Many clients wait for one row: on a busy machine longer than a statement may take by default, which would be a 503.
  PREFECT_SERVER_DATABASE_TIMEOUT: '60',
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const backend = backendOf(process.env['PREFECT_TEST_BACKEND'] ?? 'sqlite')
  const database = backend === 'postgres' ? await createDatabase('resources') : null
  const start = (): Promise<Server> =>
    startServer('ours', { backend, services: 'none', settings, ...(database !== null && { database: database.url }) })
  const servers = [await start(), ...(backend === 'postgres' ? [await start()] : [])]
  project.provide(
    'pods',
    servers.map(({ url }) => url),
  )
  return async () => {
    for (const server of servers) await server.stop()
    await database?.drop()
  }
}

function backendOf(text: string): Backend {
  const backend = backends.find((known) => known === text)
  if (backend === undefined) throw new Error(`PREFECT_TEST_BACKEND must be one of ${backends.join(', ')}, not ${text}`)
  return backend
}
