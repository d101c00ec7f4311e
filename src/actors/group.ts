/**
 * A group of requests in one transaction. A request that belongs to a term has one of its own, behind the term's fence.
 *
 *   decode ─► grouped operations: load · decide one by one · write ─┐
 *          └► alone operations: each in a savepoint ────────────────┴─► outbox row ─► COMMIT ─► replies and news
 *
 * Invariants: a reply leaves only after the COMMIT that makes it true; a request that fails takes nothing of its group
 * along. An expected refusal is a decision and costs its group nothing; an unexpected error rolls the group back, and it is
 * replayed in halves until the culprit stands alone.
 */
import type { Settings } from '../config/settings.ts'
import type { Event } from '../events/event.ts'
import { log } from '../logging/log.ts'
import type { Context, Topic } from '../resources/context.ts'
import { checkCsrfTokens } from '../resources/csrf-tokens/check.ts'
import { ApiError, databaseErrorReply, errorReply, httpError, internalErrorReply, invalidRequest } from '../resources/errors.ts'
import type { Grouped, Member, Surroundings } from '../resources/grouped.ts'
import { checkTerm, fenceOf } from '../resources/leadership/fence.ts'
import type { Operation } from '../resources/operation.ts'
import type { Reply, Request } from '../resources/route.ts'
import * as s from '../schema/index.ts'
import { type Database, DatabaseError, type Transaction } from '../storage/database.ts'
import { insertOutbox } from '../storage/outbox.ts'
import { Timestamp } from '../values/timestamp.ts'
import type { NewsFrame, ReplyFrame, ReplyGroup, RequestFrame } from './frames.ts'
import { encodeNews, encodeReply } from './reply-encoding.ts'

/** A request on its way through a group. */
interface Entry {
  frame: RequestFrame
  operation: Operation
  request: Request
  now: Timestamp
  events: Event[]
  news: [Topic, unknown][]
  reply: Reply | undefined
  /** Left its group: runs by itself after the COMMIT. */
  alone: boolean
}

export class GroupRunner {
  readonly #database: Database
  readonly #operations: readonly Operation[]
  readonly #surroundings: Omit<Surroundings, 'now'>
  readonly #commits: Int32Array
  readonly #checksCsrf: boolean

  /** `commits` holds a flag for each task slot, shared with the main thread. */
  constructor(database: Database, operations: readonly Operation[], settings: Settings, commits: Int32Array) {
    this.#database = database
    this.#operations = operations
    this.#surroundings = { settings }
    this.#commits = commits
    this.#checksCsrf = settings.get('PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED')
  }

  /** Runs the requests of the task in `slot`. Never rejects: every request gets a reply. */
  async run(frames: readonly RequestFrame[], slot: number): Promise<ReplyGroup> {
    const entries = frames.map((frame) => this.#decode(frame))
    if (this.#checksCsrf) await this.#refuseForged(entries)
    const open = entries.filter((entry) => entry.reply === undefined)
    const reads = open.filter((entry) => entry.operation.access === 'read')
    const writes = open.filter((entry) => entry.operation.access !== 'read' && entry.frame.term === undefined)
    const fenced = open.filter((entry) => entry.operation.access !== 'read' && entry.frame.term !== undefined)
    await Promise.all([...reads.map((entry) => this.#read(entry)), this.#write(writes, slot)])
    for (const entry of fenced) await this.#write([entry], slot)
    return collect(entries)
  }

  /** Even a request that is refused for other reasons must not tell a forger so. */
  async #refuseForged(entries: readonly Entry[]): Promise<void> {
    const requests = entries.map(({ operation, request }) => ({ method: operation.method, headers: request.headers }))
    try {
      const refusals = await this.#database.read((tx) => checkCsrfTokens(tx, requests, Timestamp.now()))
      for (const [place, error] of refusals) {
        const entry = entries[place]
        if (entry !== undefined) entry.reply = errorReply(error)
      }
    } catch (error) {
      for (const entry of entries) entry.reply = replyToError(error, entry)
    }
  }

  #decode(frame: RequestFrame): Entry {
    const operation = this.#operations[frame.operation]
    if (operation === undefined) throw new RangeError(`no operation ${frame.operation}`)
    const request: Request = { params: {}, query: undefined, body: undefined, headers: frame.headers }
    const entry: Entry = { frame, operation, request, now: Timestamp.now(), events: [], news: [], reply: undefined, alone: false }
    try {
      for (const [index, name] of parameterNames(operation.path).entries()) request.params[name] = frame.params[index] ?? ''
      const { query, body, params: path } = operation
      if (path === undefined && query === undefined && body === undefined) return entry
      const read = s.readRequest({ path, query, body }, { path: request.params, query: frame.query, body: frame.body })
      request.query = read.query
      request.body = read.body
    } catch (error) {
      entry.reply = replyToError(error, entry)
    }
    return entry
  }

  async #read(entry: Entry): Promise<void> {
    try {
      entry.reply = await this.#database.read((tx) => this.#handle(tx, entry))
    } catch (error) {
      entry.reply = replyToError(error, entry)
    }
  }

  async #write(entries: readonly Entry[], slot: number): Promise<void> {
    if (entries.length === 0) return
    const committedBefore = Atomics.load(this.#commits, slot)
    try {
      await this.#database.transaction(async (tx) => {
        for (const entry of entries) forget(entry)
        const term = entries[0]?.frame.term
        if (term !== undefined) await checkTerm(fenceOf(tx, term), term)
        await this.#runGroupedOperations(tx, entries)
        for (const entry of entries) {
          if (entry.operation.access === 'grouped') continue
          if (entries.length === 1) entry.reply = await this.#handle(tx, entry)
          else await this.#handleInSavepoint(tx, entry)
        }
        const events = entries.flatMap((entry) => entry.events)
        if (events.length > 0) await insertOutbox(tx, events)
        // From here on the COMMIT may happen: if this thread dies now, the main thread must not promise a 503.
        Atomics.store(this.#commits, slot, 1)
      })
    } catch (error) {
      const unknown = error instanceof DatabaseError && error.kind === 'unknown_commit'
      if (!unknown) Atomics.store(this.#commits, slot, committedBefore)
      await this.#replay(entries, error, slot)
      return
    }
    for (const entry of entries) {
      if (entry.alone && entry.reply === undefined) await this.#write([entry], slot)
    }
  }

  /** After a failure of the whole group: by halves, so that one bad request in a group of 64 costs 12 transactions, not 64. */
  async #replay(entries: readonly Entry[], error: unknown, slot: number): Promise<void> {
    const hopeless = error instanceof DatabaseError && error.kind !== 'integrity' && error.kind !== 'invalid'
    if (entries.length === 1 || hopeless) {
      for (const entry of entries) {
        forget(entry)
        entry.reply = replyToError(error, entry)
      }
      return
    }
    const middle = Math.ceil(entries.length / 2)
    await this.#write(entries.slice(0, middle), slot)
    await this.#write(entries.slice(middle), slot)
  }

  async #runGroupedOperations(tx: Transaction, entries: readonly Entry[]): Promise<void> {
    const byOperation = Map.groupBy(
      entries.filter((entry) => entry.operation.access === 'grouped' && !entry.alone),
      (entry) => entry.operation,
    )
    for (const [operation, members] of byOperation) {
      if (operation.access === 'grouped') await this.#runGrouped(tx, operation.grouped, members)
    }
    for (const entry of entries) {
      if (entry.alone && entries.length === 1) entry.reply = await this.#handle(tx, entry)
    }
  }

  async #runGrouped(tx: Transaction, grouped: Grouped<never, never, never>, entries: readonly Entry[]): Promise<void> {
    const { load, decide, write } = grouped as unknown as Grouped<unknown, unknown, unknown>
    const surroundings = { ...this.#surroundings, now: Timestamp.now() }
    const members = entries.map(memberOf)
    const working = await load(tx, members, surroundings)
    for (const [index, entry] of entries.entries()) {
      const member = members[index]
      if (member === undefined) continue
      try {
        const reply = decide(working, member, surroundings)
        if (reply === 'alone') entry.alone = true
        else entry.reply = reply
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        forget(entry)
        entry.reply = errorReply(error)
      }
    }
    await write(tx, working, surroundings)
  }

  async #handleInSavepoint(tx: Transaction, entry: Entry): Promise<void> {
    try {
      entry.reply = await tx.savepoint(() => this.#handle(tx, entry))
    } catch (error) {
      // What ends the transaction itself (a full disk) is the group's failure, not this request's.
      if (error instanceof DatabaseError && error.kind !== 'integrity' && error.kind !== 'invalid') throw error
      forget(entry)
      entry.reply = replyToError(error, entry)
    }
  }

  #handle(tx: Transaction, entry: Entry): Promise<Reply> {
    const { operation } = entry
    const { emit, publish } = memberOf(entry)
    const context: Context = { ...this.#surroundings, tx, now: entry.now, emit, publish }
    if (operation.access !== 'grouped') return operation.handle(context, entry.request as Request<never, never>)
    const alone = operation.grouped.alone as Grouped<unknown, unknown, unknown>['alone']
    if (alone === undefined) throw new Error(`${operation.name} answered alone and has no such form`)
    return alone(context, entry.request)
  }
}

function memberOf(entry: Entry): Member<unknown, unknown> {
  // Events of one request have one clock; a microsecond each keeps them in the order in which they happened.
  let told = 0
  const inOrder = (event: Event): Event =>
    event.occurred.equals(entry.now) ? { ...event, occurred: event.occurred.addMicroseconds(told++) } : event
  return {
    request: entry.request,
    now: entry.now,
    emit: (event) => void entry.events.push(inOrder(event)),
    publish: (topic, payload) => void entry.news.push([topic, payload]),
  }
}

/** Drops what an attempt left in the entry: it did not happen. */
function forget(entry: Entry): void {
  entry.events.length = 0
  entry.news.length = 0
  entry.reply = undefined
}

function replyToError(error: unknown, { operation, frame }: Entry): Reply {
  const request = frame.headers['x-request-id']
  if (error instanceof ApiError) return errorReply(error)
  if (error instanceof s.InvalidInput) return errorReply(invalidRequest(error.issues, error.body))
  if (error instanceof s.UnreadableBody) return errorReply(httpError(400, error.message))
  if (error instanceof DatabaseError) {
    if (error.kind !== 'integrity')
      log.warn({ request, operation: operation.name, kind: error.kind, error: error.message }, 'the database refused a request')
    return databaseErrorReply(error)
  }
  log.error({ request, operation: operation.name, err: error }, 'a request failed')
  return internalErrorReply()
}

const namesByPath = new Map<string, string[]>()

function parameterNames(path: string): string[] {
  let names = namesByPath.get(path)
  if (names === undefined) {
    names = [...path.matchAll(/\{(\w+)(?::\w+)?\}/g)].map((match) => match[1] ?? '')
    namesByPath.set(path, names)
  }
  return names
}

function collect(entries: readonly Entry[]): ReplyGroup {
  const replies: ReplyFrame[] = []
  const news: NewsFrame[] = []
  let outbox = false
  for (const entry of entries) {
    replies.push(encodeReply(entry.frame.sequence, entry.reply ?? internalErrorReply()))
    for (const [topic, payload] of entry.news) news.push(encodeNews(topic, payload))
    outbox ||= entry.events.length > 0
  }
  // The outbox has work: whoever expands it need not wait for its timer.
  if (outbox) news.push(encodeNews('outbox', null))
  return { replies, news }
}
