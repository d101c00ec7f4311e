/**
 * The storage actors of a pod, as the main thread sees them: mailboxes in front of piscina pools.
 *
 *   SQLite      writer   1 actor × 1 connection, groups of everything that writes
 *               reader   actors with read-only connections
 *   PostgreSQL  writer   actors × connections; grouped requests share a task, alone requests are a task each
 *               reader   the same with read connections
 */
import { Piscina } from 'piscina'
import type { Settings } from '../config/settings.ts'
import { log } from '../logging/log.ts'
import { errorReply, internalErrorReply, unavailable } from '../resources/errors.ts'
import { operations } from '../resources/index.ts'
import type { Reply } from '../resources/route.ts'
import type { Dispatch, Dispatcher, DispatchReply, Pending } from './dispatcher.ts'
import { decodeReplies, encodeRequests, type NewsFrame, type RequestFrame } from './frames.ts'
import { Mailbox } from './mailbox.ts'
import { encodeReply } from './reply-encoding.ts'
import type { StorageActorData, StorageTask } from './storage-actor.ts'
import { workerFile } from './worker-file.ts'

/** Requests that share a transaction, at most: beyond it the gain is small and the wait grows. */
const groupLimit = 64
const readBatchLimit = 8
/**
 * Tasks on PostgreSQL beside those for clients: a server under load still schedules, and services at work do not keep it
 * from renewing its leadership.
 */
const laneSlots = { services: 3, leadership: 2 }
const mailboxLimits = { requests: 4096, bytes: 256 * 1024 * 1024 }

interface Waiting {
  frame: RequestFrame
  size: number
  reply: ((reply: DispatchReply) => void) | undefined
}

/** A pool with its slots' commit flags. */
interface Pool {
  piscina: Piscina<StorageTask, ArrayBuffer>
  commits: Int32Array
  freeSlots: number[]
}

export interface StorageActorsOptions {
  settings: Settings
  /** News of committed groups, in the order in which the groups came back. */
  onNews: (news: NewsFrame) => void
  /** A group was answered: which mailbox it came from, its requests, and what it took. */
  onGroup?: ((mailbox: MailboxName, requests: number, milliseconds: number) => void) | undefined
}

export type MailboxName = 'grouped' | 'alone' | 'reads' | 'services' | 'leadership'

export class StorageActors implements Dispatcher {
  readonly #pools: Pool[]
  readonly #grouped: Mailbox<Waiting>
  readonly #alone: Mailbox<Waiting>
  readonly #reads: Mailbox<Waiting>
  readonly #lanes: Record<'services' | 'leadership', Mailbox<Waiting>>
  readonly #onNews: (news: NewsFrame) => void
  readonly #onGroup: StorageActorsOptions['onGroup']
  #sequence = 0

  constructor(options: StorageActorsOptions) {
    this.#onNews = options.onNews
    this.#onGroup = options.onGroup
    const { settings } = options
    const sqlite = settings.databaseBackend === 'sqlite'
    const writers = sqlite ? 1 : settings.get('PREFECT_SERVER_STORAGE_WRITE_ACTORS')
    const readers = sqlite && settings.databaseInMemory ? 0 : settings.get('PREFECT_SERVER_STORAGE_READ_ACTORS')
    const connections = sqlite ? 1 : settings.get('PREFECT_SERVER_STORAGE_CONNECTIONS')
    const writePool = createPool(settings, 'writer', writers, connections, sqlite ? 0 : laneSlots.services + laneSlots.leadership)
    this.#pools = [writePool]
    const mailbox = (name: MailboxName, pool: Pool, slots: number, batchSize: (waiting: number) => number): Mailbox<Waiting> =>
      new Mailbox({
        slots,
        limits: mailboxLimits,
        batchSize: (_, waiting) => batchSize(waiting),
        run: (batch) => this.#timed(name, pool, batch),
      })
    if (sqlite) {
      this.#grouped = mailbox('grouped', writePool, 1, (waiting) => Math.min(waiting, groupLimit))
      this.#alone = this.#grouped
      this.#lanes = { services: this.#grouped, leadership: this.#grouped }
    } else {
      const slots = writers * connections
      const forGroups = Math.max(1, Math.floor(slots / 2))
      this.#grouped = mailbox('grouped', writePool, forGroups, (waiting) => Math.min(waiting, groupLimit))
      this.#alone = mailbox('alone', writePool, Math.max(1, slots - forGroups), () => 1)
      this.#lanes = {
        services: mailbox('services', writePool, laneSlots.services, () => 1),
        leadership: mailbox('leadership', writePool, laneSlots.leadership, () => 1),
      }
    }
    if (readers === 0) this.#reads = this.#alone
    else {
      const readPool = createPool(settings, 'reader', readers, connections)
      this.#pools.push(readPool)
      this.#reads = mailbox('reads', readPool, readers * connections, (waiting) => Math.min(waiting, readBatchLimit))
    }
  }

  submit(request: Dispatch, reply: (reply: DispatchReply) => void): Pending | undefined {
    this.#sequence = (this.#sequence + 1) >>> 0
    const waiting: Waiting = { frame: { ...request, sequence: this.#sequence }, size: request.body.length, reply }
    if (!this.#mailboxOf(request).put(waiting)) return undefined
    return {
      cancel() {
        waiting.reply = undefined
      },
    }
  }

  /** Requests that wait and tasks that run, all together. */
  get load(): { waiting: number; running: number } {
    const waiting = this.mailboxes.reduce((sum, mailbox) => sum + mailbox.waiting, 0)
    return { waiting, running: this.mailboxes.reduce((sum, mailbox) => sum + mailbox.running, 0) }
  }

  /** The same for each mailbox. On SQLite all that writes shares one. */
  get mailboxes(): { mailbox: MailboxName; waiting: number; running: number }[] {
    const names: [MailboxName, Mailbox<Waiting>][] = [
      ['grouped', this.#grouped],
      ['alone', this.#alone],
      ['reads', this.#reads],
      ['services', this.#lanes.services],
      ['leadership', this.#lanes.leadership],
    ]
    const distinct = names.filter(([, mailbox], index) => names.findIndex(([, other]) => other === mailbox) === index)
    return distinct.map(([name, mailbox]) => ({ mailbox: name, waiting: mailbox.depth, running: mailbox.inFlight }))
  }

  /** Answers what is queued, then ends the threads. */
  async close(): Promise<void> {
    await Promise.all(
      [this.#grouped, this.#alone, this.#reads, this.#lanes.services, this.#lanes.leadership].map((mailbox) => mailbox.drained()),
    )
    await Promise.all(this.#pools.map((pool) => pool.piscina.close()))
  }

  #mailboxOf({ operation, lane }: Dispatch): Mailbox<Waiting> {
    const access = operations[operation]?.access
    if (access === 'read') return this.#reads
    if (lane !== undefined) return this.#lanes[lane]
    return access === 'grouped' ? this.#grouped : this.#alone
  }

  async #timed(name: MailboxName, pool: Pool, batch: Waiting[]): Promise<void> {
    const began = performance.now()
    await this.#run(pool, batch)
    this.#onGroup?.(name, batch.length, performance.now() - began)
  }

  async #run(pool: Pool, batch: Waiting[]): Promise<void> {
    const slot = pool.freeSlots.pop()
    if (slot === undefined) throw new RangeError('a mailbox has more slots than its pool')
    try {
      const requests = encodeRequests(batch.map((waiting) => waiting.frame))
      const replies = decodeReplies(await pool.piscina.run({ slot, requests }, { transferList: [requests] }))
      const bySequence = new Map(batch.map((waiting) => [waiting.frame.sequence, waiting]))
      for (const frame of replies.replies) bySequence.get(frame.sequence)?.reply?.(frame)
      for (const news of replies.news) this.#onNews(news)
    } catch (error) {
      // The worker died. Before its COMMIT nothing has happened and clients may repeat; after it nobody can say here.
      const committing = Atomics.load(pool.commits, slot) === 1
      log.error({ err: error, committing, requests: batch.length }, 'a storage actor died; it is replaced')
      const reply: Reply = committing ? internalErrorReply() : errorReply(unavailable())
      for (const waiting of batch) waiting.reply?.(encodeReply(waiting.frame.sequence, reply))
    } finally {
      Atomics.store(pool.commits, slot, 0)
      pool.freeSlots.push(slot)
    }
  }
}

function createPool(settings: Settings, role: StorageActorData['role'], threads: number, connections: number, moreSlots = 0): Pool {
  const slots = threads * connections + moreSlots
  const commits = new SharedArrayBuffer(slots * Int32Array.BYTES_PER_ELEMENT)
  const workerData: StorageActorData = { settings: settings.toData(), role, connections, commits }
  const piscina = new Piscina<StorageTask, ArrayBuffer>({
    filename: workerFile('storage-actor'),
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: connections,
    // The default blocks an idle worker's event loop, and with it the answers of its database connections.
    atomics: 'disabled',
    workerData,
  })
  return { piscina, commits: new Int32Array(commits), freeSlots: Array.from({ length: slots }, (_, slot) => slot) }
}
