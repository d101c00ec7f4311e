/** Actions of automations: at least once, in time, whoever else makes somebody wait. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { actions } from '../../src/actors/services/actions.ts'
import type { ServiceContext } from '../../src/actors/services/service.ts'
import { loadSettings } from '../../src/config/settings.ts'
import { log } from '../../src/logging/log.ts'
import type { Database } from '../../src/storage/database.ts'
import { sql } from '../../src/storage/sql.ts'
import { insertInto } from '../../src/storage/statements.ts'
import type { JsonObject } from '../../src/values/json.ts'
import { uuid7 } from '../../src/values/uuid.ts'
import { dialects, preparedDatabase } from '../storage/databases.ts'
import { Actor } from './actor.ts'

log.level = 'silent'
const patience = { timeout: 30_000, interval: 20 }

interface Received {
  path: string
  body: string
  headers: IncomingMessage['headers']
}

/** A server outside: answers at once, but for /slow, which goes on answering until it is released. */
class Outside {
  readonly received: Received[] = []
  readonly #server: Server
  #slow: { response: ServerResponse; dots: NodeJS.Timeout }[] = []

  private constructor(server: Server) {
    this.#server = server
  }
  static async open(): Promise<Outside> {
    const server = createServer()
    const outside = new Outside(server)
    server.on('request', (request, response) => void outside.#answer(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return outside
  }
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    this.received.push({ path: request.url ?? '', body, headers: request.headers })
    response.setHeader('x-prefect-secret', 'hidden')
    if (request.url === '/slow') this.#slow.push({ response, dots: setInterval(() => response.write('.'), 200) })
    else response.end('thanks')
  }
  release(): void {
    for (const { response, dots } of this.#slow.splice(0)) {
      clearInterval(dots)
      response.end('at last')
    }
  }
  async close(): Promise<void> {
    this.release()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

describe.each(dialects)('actions on %s', (dialect) => {
  let database: Database
  let remove: () => Promise<void>
  let actor: Actor
  let outside: Outside
  beforeEach(async () => {
    ;({ database, remove } = await preparedDatabase(dialect))
    actor = new Actor(database, loadSettings({ HOME: '/nowhere' }, '/'))
    outside = await Outside.open()
  })
  afterEach(async () => {
    await outside.close()
    await remove()
  })

  const trigger = { type: 'event', id: uuid7(), posture: 'Reactive', threshold: 1, within: 0 }
  const automation = { id: uuid7(), created: '2024-01-01T00:00:00Z', updated: '2024-01-01T00:00:00Z', name: 'a', trigger, actions: [] }

  async function enqueue(...queued: JsonObject[]): Promise<void> {
    const rows = queued.map((action, index) => ({
      action: {
        automation: { ...automation, id: uuid7() },
        id: uuid7(),
        triggered: '2024-01-01T00:00:00Z',
        triggering_labels: {},
        triggering_event: {
          occurred: '2024-01-01T00:00:00Z',
          received: '2024-01-01T00:00:00Z',
          event: 'e',
          id: uuid7(),
          resource: { 'prefect.resource.id': 'thing.1' },
        },
        action,
        action_index: index,
      },
    }))
    await database.transaction(async (tx) => void (await tx.execute(insertInto('server_triggered_action', rows))))
  }

  /** The types of the actions that are left in the queue. */
  async function queued(): Promise<string[]> {
    const rows = await database.read((tx) =>
      tx.query<{ action: { action: { type: string } } }>(sql`SELECT action FROM server_triggered_action ORDER BY id`),
    )
    return rows.map(({ action }) => action.action.type)
  }

  async function events(): Promise<{ event: string; payload: JsonObject }[]> {
    const rows = await database.read((tx) =>
      tx.query<{ events: { event: string; payload: JsonObject }[] }>(sql`SELECT events FROM server_outbox ORDER BY id`),
    )
    return rows.flatMap((row) => row.events).filter(({ event }) => event.startsWith('prefect.automation.action.'))
  }

  async function webhook(path: string): Promise<string> {
    await actor.call('register_blocks')
    const type = await ask('GET /block_types/slug/{slug}', ['webhook'])
    const schemas = await ask('POST /block_schemas/filter', [], { block_schemas: { block_type_id: { any_: [type.id] } } })
    const schema = Array.isArray(schemas) ? schemas[0] : null
    const document = await ask('POST /block_documents/', [], {
      name: `hook${path.replace('/', '-')}`,
      block_type_id: type.id,
      block_schema_id: schema.id,
      data: { url: outside.url + path, headers: { 'x-key': 'k' } },
    })
    return document.id
  }

  // biome-ignore lint/suspicious/noExplicitAny: replies of the API
  async function ask(operation: string, params: string[] = [], body: unknown = undefined): Promise<any> {
    const reply = await actor.request({ operation, params, body })
    expect(reply.status, operation).toBeLessThan(300)
    return reply.body
  }

  test('a slow webhook delays nothing else', async () => {
    const [slow, fast] = [await webhook('/slow'), await webhook('/fast')]
    await enqueue(
      { type: 'call-webhook', block_document_id: slow, payload: '{{ event.resource.id }}' },
      { type: 'do-nothing' },
      { type: 'call-webhook', block_document_id: fast, payload: 'plain' },
      { type: 'cancel-flow-run' },
    )
    await actor.pass(actions)
    await vi.waitFor(async () => expect(await queued()).toEqual(['call-webhook']), patience)
    await vi.waitFor(() => expect(outside.received.map(({ path }) => path).sort()).toEqual(['/fast', '/slow']), patience)
    outside.release()
    await vi.waitFor(async () => expect(await queued()).toEqual([]), patience)
    expect(outside.received.find(({ path }) => path === '/slow')).toMatchObject({ body: 'thing.1', headers: { 'x-key': 'k' } })
    const results = (await events()).filter(({ event }) => !event.endsWith('triggered'))
    const shown = results.map(({ payload }) => String(payload.reason ?? payload.response_body ?? '').replace(/^.*(?=at last$)/s, ''))
    expect(shown.sort()).toEqual(['', 'No flow run could be inferred', 'at last', 'thanks'])
    expect(JSON.stringify(results)).not.toContain('hidden')
  })

  test('an action whose outcome could not be written is performed again, and what it makes is made once', async () => {
    const flow = await ask('POST /flows/', [], { name: 'f' })
    const deployment = await ask('POST /deployments/', [], { name: 'd', flow_id: flow.id, enforce_parameter_schema: false })
    await enqueue({ type: 'run-deployment', source: 'selected', deployment_id: deployment.id, parameters: { x: '{{ event.event }}' } })
    let fails = true
    const call: ServiceContext['call'] = async (name, body) => {
      if (fails && name === 'finish_triggered_action') throw new Error('the pod dies')
      return await actor.call(name, body)
    }
    const runs = async (): Promise<{ parameters: JsonObject }[]> => await ask('POST /flow_runs/filter', [], {})
    await actor.pass(actions, call)
    await vi.waitFor(async () => expect(await runs()).toHaveLength(1), patience)
    expect(await queued()).toEqual(['run-deployment'])
    fails = false
    await vi.waitFor(async () => {
      await actor.pass(actions, call)
      expect(await queued()).toEqual([])
    }, patience)
    expect(await runs()).toMatchObject([{ parameters: { x: 'e' } }])
  })

  test('what cannot be read goes out of the way', async () => {
    await database.transaction(
      async (tx) => void (await tx.execute(insertInto('server_triggered_action', { action: { action: { type: 'nonsense' } } }))),
    )
    await enqueue({ type: 'do-nothing' })
    for (let pass = 0; pass < 3; pass++) await actor.pass(actions)
    await vi.waitFor(async () => expect(await queued()).toEqual([]), patience)
    const [row] = await database.read((tx) => tx.query<{ kind: string }>(sql`SELECT kind FROM server_quarantine`))
    expect(row).toMatchObject({ kind: 'triggered-action' })
  })
})
