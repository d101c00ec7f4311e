/** Runs services as a pod does, but for its threads: each operation in a transaction of its own. */

import type { Call, CallReply } from '../../src/actors/companion-protocol.ts'
import { GroupRunner } from '../../src/actors/group.ts'
import type { Service, ServiceContext } from '../../src/actors/services/service.ts'
import type { Settings } from '../../src/config/settings.ts'
import { operations } from '../../src/resources/index.ts'
import type { Database } from '../../src/storage/database.ts'
import { Timestamp } from '../../src/values/timestamp.ts'

export class Actor {
  readonly #runner: GroupRunner
  readonly #settings: Settings

  constructor(database: Database, settings: Settings) {
    this.#runner = new GroupRunner(database, operations, settings, new Int32Array(new SharedArrayBuffer(4)))
    this.#settings = settings
  }

  /** One pass of a service. */
  async pass(service: Service, call: ServiceContext['call'] = (...args) => this.call(...args)): Promise<void> {
    const request: ServiceContext['request'] = (asked) => this.request(asked)
    await service.run({ settings: this.#settings, now: Timestamp.now(), call, request, stopping: false })
  }

  /** An operation's answer; rejects when it was refused. */
  async call(name: string, body: unknown = null, params: string[] = []): Promise<unknown> {
    const reply = await this.request({ operation: name, params, body })
    if (reply.status >= 300) throw new Error(`${name} answered ${reply.status} ${JSON.stringify(reply.body)}`)
    return reply.body
  }

  /** The answer, whatever it is, to an operation named as such or by its method and path. */
  async request({ operation: name, params, query = '', headers = {}, body }: Call): Promise<CallReply> {
    const operation = operations.findIndex((each) => each.name === name || `${each.method} ${each.path}` === name)
    const frame = { sequence: 1, operation, params, query, headers, body: Buffer.from(body === undefined ? '' : JSON.stringify(body)) }
    const { replies } = await this.#runner.run([frame], 0)
    const text = Buffer.from(replies[0]?.body ?? []).toString()
    return { status: replies[0]?.status ?? 500, body: text === '' ? null : JSON.parse(text) }
  }

  /** Deletes what is to be deleted later. */
  async drain(): Promise<void> {
    for (let more = true; more; ) {
      const reply = await this.call('delete_pending')
      more = typeof reply === 'object' && reply !== null && 'more' in reply && reply.more === true
    }
  }
}
