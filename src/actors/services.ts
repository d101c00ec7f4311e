/**
 * The services of a pod, as the main thread sees them: their thread, and whether this pod leads. Services that only one pod
 * may run start with a term and stop when it ends.
 *
 *   SQLite                one pod only (its file is locked): it always leads, without a term
 *   PostgreSQL            a lock in the database, or in Redis where that is the broker
 */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Settings } from '../config/settings.ts'
import { log } from '../logging/log.ts'
import { Companion } from './companion.ts'
import type { FromCompanion } from './companion-protocol.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { NewsFrame } from './frames.ts'
import { DatabaseLock, DatabaseTerms } from './leadership/database-lock.ts'
import { Leadership, type Loops } from './leadership/leadership.ts'
import { RedisLock } from './leadership/redis-lock.ts'
import { services } from './services/index.ts'
import type { LoopReport } from './services/loop.ts'

/** Loops that have not stopped after so long are ended with their thread. */
const loopStopMilliseconds = 3000
const threadStopMilliseconds = 1000
/** A thread that reports nothing for so long stands still: another pod shall lead. */
const stallMilliseconds = 10_000
const watchMilliseconds = 1000

const wakingTopics: ReadonlySet<string> = new Set(services.flatMap(({ wakesOn }) => wakesOn ?? []))

export interface ServicesOptions {
  settings: Settings
  dispatcher: Dispatcher
  onNews: (news: NewsFrame) => void
}

export interface ServicesStatus {
  role: 'leading' | 'standby' | 'taking' | 'stopping'
  term: number | undefined
  transitions: number
  /** Milliseconds that the last request to the lock took. */
  lockLatency: number | undefined
  loops: readonly LoopReport[]
}

export class Services implements Loops {
  readonly #companion: Companion
  readonly #leadership: Leadership | undefined
  readonly #redisLock: RedisLock | undefined
  readonly #watch: NodeJS.Timeout
  #leading: { term: number | undefined } | undefined
  #rested: (() => void) | undefined
  #reports: readonly LoopReport[] = []
  #lastReport = performance.now()

  constructor({ settings, dispatcher, onNews }: ServicesOptions) {
    this.#companion = new Companion({
      file: 'services-actor',
      data: { settings: settings.toData() },
      dispatcher,
      lane: 'services',
      onMessage: (message) => this.#receive(message, onNews),
      onRestart: () => this.#restarted(),
      onTermOver: (term) => this.#leadership?.handle({ type: 'term-over', term }),
    })
    if (settings.databaseBackend === 'postgres') {
      const owner = `${hostname()}:${process.pid}:${randomUUID()}`
      if (settings.get('PREFECT_BROKER_BACKEND') === 'redis') {
        const url = settings.get('PREFECT_REDIS_MESSAGING_URL')
        this.#redisLock = new RedisLock({ url, owner, onFree: () => this.#leadership?.handle({ type: 'lock-free' }) })
      }
      this.#leadership = new Leadership({
        lock: this.#redisLock ?? new DatabaseLock(dispatcher, owner),
        terms: new DatabaseTerms(dispatcher),
        loops: this,
        onError: (what, error) => this.#complain(what, error),
        onChange: (role, term) => log.info({ role, term }, 'leadership'),
      })
      this.#leadership.start()
    } else this.start(undefined)
    this.#watch = setInterval(() => this.#look(), watchMilliseconds)
  }

  get status(): ServicesStatus {
    const { role, term, transitions, lockLatency } = this.#leadership ?? {
      role: this.#leading === undefined ? 'standby' : 'leading',
      term: undefined,
      transitions: 1,
      lockLatency: undefined,
    }
    return { role, term, transitions, lockLatency, loops: this.#reports }
  }

  /** Services only want to know that there is something, if that. */
  news({ topic }: NewsFrame): void {
    if (wakingTopics.has(topic)) this.#companion.post({ type: 'news', topic, payload: 'null' })
  }

  start(term: number | undefined): void {
    this.#leading = { term }
    this.#companion.post({ type: 'lead', term })
  }

  async stop(): Promise<void> {
    this.#leading = undefined
    const rested = new Promise<void>((resolve) => {
      this.#rested = resolve
    })
    const timer = setTimeout(() => {
      log.error('services do not stop: their thread is replaced')
      this.#companion.replace()
    }, loopStopMilliseconds)
    this.#companion.post({ type: 'rest' })
    await rested
    clearTimeout(timer)
  }

  /** Stops the loops, lets another pod lead, and ends the thread. */
  async close(): Promise<void> {
    clearInterval(this.#watch)
    if (this.#leadership !== undefined) await this.#leadership.quit()
    else await this.stop()
    this.#redisLock?.close()
    await this.#companion.close(threadStopMilliseconds)
  }

  #receive(message: FromCompanion, onNews: (news: NewsFrame) => void): void {
    if (message.type === 'news') onNews({ topic: message.topic, payload: Buffer.from(message.payload) })
    else if (message.type === 'rested') this.#settle()
    else if (message.type === 'report') {
      this.#reports = message.report
      this.#lastReport = performance.now()
    }
  }

  /** The thread died, and with it whatever ran in it. */
  #restarted(): void {
    this.#lastReport = performance.now()
    this.#settle()
    if (this.#leading !== undefined) this.#companion.post({ type: 'lead', term: this.#leading.term })
  }

  #settle(): void {
    this.#rested?.()
    this.#rested = undefined
  }

  /** Whoever does not lead misses nothing when the lock does not answer. */
  #complain(what: string, error: unknown): void {
    const level = this.#leading === undefined && what === 'lock' ? 'debug' : 'warn'
    log[level]({ what, error: error instanceof Error ? error.message : String(error) }, 'leadership: no answer')
  }

  #look(): void {
    if (this.#leading === undefined || performance.now() - this.#lastReport < stallMilliseconds) return
    log.error({ milliseconds: stallMilliseconds }, 'services report nothing: their thread is replaced')
    this.#lastReport = performance.now()
    if (this.#leadership === undefined) this.#companion.replace()
    else this.#leadership.handle({ type: 'loops-stalled' })
  }
}
