/** Either server opens, serves and changes the other's database, and neither notices. */
import { compareLines } from '../compare.ts'
import { type Backend, backends, type Implementation, startServer } from '../environment/servers.ts'
import { onDatabase } from '../faults/stage.ts'
import type { Tally } from '../tally.ts'
import { change, type Filled, fill } from './fill.ts'
import { readEverything } from './reading.ts'
import { readSchema } from './schema.ts'
import { Session } from './session.ts'
import { beginTriggers, endTriggers } from './triggers.ts'

/** Registering the standard blocks at each start writes into the database, and takes a while. */
const settings = { PREFECT_SERVER_REGISTER_BLOCKS_ON_START: 'false' }

export async function interchange(tally: Tally): Promise<void> {
  for (const backend of backends) {
    const schemas: string[][] = []
    for (const [first, second] of [
      ['reference', 'ours'],
      ['ours', 'reference'],
    ] as const) {
      await tally.part(`${backend}: ${first} fills, ${second} changes, ${first} reads`, () =>
        onDatabase(backend, async (database) => {
          schemas.push(await passAround(tally, backend, database, first, second))
        }),
      )
      await tally.check(`${backend}: triggers of ${first}'s fire on ${second}`, () =>
        onDatabase(backend, (database) => passTriggers(backend, database, first, second)),
      )
    }
    await tally.check(`${backend}: both make the same schema`, async () => {
      const [reference, ours] = schemas
      if (reference === undefined || ours === undefined) throw new Error('a schema is missing, see above')
      compareLines(reference, ours)
    })
  }
}

async function passTriggers(backend: Backend, database: string, first: Implementation, second: Implementation): Promise<void> {
  const waiting = await onServer(first, backend, database, (server) => beginTriggers(server))
  await onServer(second, backend, database, (server) => endTriggers(server, waiting))
}

async function onServer<Result>(
  implementation: Implementation,
  backend: Backend,
  database: string,
  work: (server: Session) => Promise<Result>,
): Promise<Result> {
  const server = await startServer(implementation, { backend, database, settings })
  try {
    return await work(new Session(server.url))
  } finally {
    await server.stop()
  }
}

/** Gives the schema that `first` made. */
async function passAround(
  tally: Tally,
  backend: Backend,
  database: string,
  first: Implementation,
  second: Implementation,
): Promise<string[]> {
  const on = <Result>(implementation: Implementation, work: (server: Session) => Promise<Result>): Promise<Result> =>
    onServer(implementation, backend, database, work)
  let filled: Filled | undefined
  const before = await on(first, async (server) => {
    filled = await fill(server, 'one')
    return readEverything(server)
  })
  const schema = await readSchema(database)
  const changed = await on(second, async (server) => {
    const opened = await readEverything(server)
    await tally.check(`${second} shows what ${first} wrote: ${before.size} requests`, async () => compareAnswers(before, opened))
    if (filled) await change(server, filled)
    await fill(server, 'two')
    return readEverything(server)
  })
  const after = await on(first, readEverything)
  await tally.check(`${first} shows what ${second} wrote: ${changed.size} requests`, async () => compareAnswers(changed, after))
  await tally.check('the schema is untouched', async () => compareLines(schema, await readSchema(database)))
  return schema
}

function compareAnswers(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): void {
  const lines = (answers: ReadonlyMap<string, string>): string[] => [...answers].map(([request, answer]) => `${request} → ${answer}`)
  compareLines(lines(before), lines(after))
}
