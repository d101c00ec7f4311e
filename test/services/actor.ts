/** Runs services as a pod does, but for its threads: each operation in a transaction of its own. */
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
    await service.run({ settings: this.#settings, now: Timestamp.now(), call, stopping: false })
  }

  /** An operation's answer; rejects when it was refused. */
  async call(name: string, body: unknown = null, params: string[] = []): Promise<unknown> {
    const operation = operations.findIndex((each) => each.name === name)
    const frame = { sequence: 1, operation, params, query: '', headers: {}, body: Buffer.from(JSON.stringify(body)) }
    const { replies } = await this.#runner.run([frame], 0)
    const text = Buffer.from(replies[0]?.body ?? []).toString()
    if ((replies[0]?.status ?? 500) >= 300) throw new Error(`${name} answered ${replies[0]?.status} ${text}`)
    return text === '' ? null : JSON.parse(text)
  }

  /** Deletes what is to be deleted later. */
  async drain(): Promise<void> {
    for (let more = true; more; ) {
      const reply = await this.call('delete_pending')
      more = typeof reply === 'object' && reply !== null && 'more' in reply && reply.more === true
    }
  }
}
