/** The leader's lock in PostgreSQL, where there is no Redis (resources/leadership/lease.ts). */

import { ask } from '../ask.ts'
import type { Dispatcher } from '../dispatcher.ts'
import type { LeaseLock, Terms } from './leadership.ts'
import { usualTiming } from './protocol.ts'

export class DatabaseLock implements LeaseLock {
  readonly #dispatcher: Dispatcher
  readonly #owner: string

  constructor(dispatcher: Dispatcher, owner: string) {
    this.#dispatcher = dispatcher
    this.#owner = owner
  }

  acquire(): Promise<boolean> {
    return this.#held('acquire_leadership')
  }

  renew(): Promise<boolean> {
    return this.#held('renew_leadership')
  }

  async release(): Promise<void> {
    await ask(this.#dispatcher, 'release_leadership', { owner: this.#owner }, 'leadership')
  }

  async #held(operation: string): Promise<boolean> {
    const reply = await ask(this.#dispatcher, operation, { owner: this.#owner, milliseconds: usualTiming.ttl }, 'leadership')
    return reply.held === true
  }
}

/** Terms are minted in the database, whatever the lock is: a Redis that fails over may lose a counter. */
export class DatabaseTerms implements Terms {
  readonly #dispatcher: Dispatcher

  constructor(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher
  }

  async mint(): Promise<number> {
    const { term } = await ask(this.#dispatcher, 'begin_term', null, 'leadership')
    if (typeof term !== 'number') throw new Error('begin_term gave no term')
    return term
  }
}
