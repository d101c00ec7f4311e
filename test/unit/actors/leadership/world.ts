/**
 * A world for the leadership of some candidates: one virtual time, a lock server and a database that lose messages, and
 * processes that stand still. Everything that happens follows from the schedule, so that a failure can be run again.
 */
import { type Clock, Leadership, type LeaseLock } from '../../../../src/actors/leadership/leadership.ts'
import { usualTiming } from '../../../../src/actors/leadership/protocol.ts'
import { checkTerm, type Fence, takeOver } from '../../../../src/resources/leadership/fence.ts'

export interface Schedule {
  seed: number
  /** How fast the clock of each candidate goes. */
  rates: readonly number[]
  faults: readonly Fault[]
  /** Of the messages, in thousandths. */
  lossPerMille: number
}

export type Fault =
  | { type: 'pause'; at: number; candidate: number; milliseconds: number }
  | { type: 'lose-keys'; at: number }
  /** A candidate and the lock server, or the database, do not reach each other. */
  | { type: 'cut'; at: number; candidate: number; from: 'lock' | 'database'; milliseconds: number }
  /** All sessions of the database end. */
  | { type: 'restart-database'; at: number }

export const faultyMilliseconds = 15_000
export const calmMilliseconds = 8000
const writeEvery = 120

/** What the simulated services do first in their transactions; the tests put something weaker in its place. */
export type Check = (fence: Fence, term: number) => Promise<void>

export interface Write {
  at: number
  candidate: number
  term: number
  /** The database's term when the write committed. */
  current: number
}

export interface Course {
  writes: Write[]
  /** Instants and candidates of all beginnings of a term. */
  terms: { at: number; candidate: number; term: number }[]
  /** Who led at the end. */
  leaders: number[]
  /** When the last of them began. */
  events: number
}

interface Event {
  at: number
  order: number
  candidate: number | undefined
  run: () => void
}

class Lost extends Error {}

/** Runs a schedule to its end. */
export async function runSchedule(schedule: Schedule, check: Check = checkTerm): Promise<Course> {
  return await new World(schedule, check).run()
}

class World {
  readonly #schedule: Schedule
  readonly #check: Check
  readonly #random: () => number
  readonly #queue: Event[] = []
  readonly #pausedUntil: number[] = [0, 0, 0]
  readonly #cuts: { candidate: number; from: string; until: number }[] = []
  readonly #course: Course = { writes: [], terms: [], leaders: [], events: 0 }
  readonly #database: VirtualDatabase
  #lock: { owner: number; until: number } | undefined
  #candidates: Leadership[] = []
  #now = 0
  #order = 0

  constructor(schedule: Schedule, check: Check) {
    this.#schedule = schedule
    this.#check = check
    this.#random = randomFrom(schedule.seed)
    this.#database = new VirtualDatabase((milliseconds, run) => this.#at(this.#now + milliseconds, undefined, run))
  }

  async run(): Promise<Course> {
    for (const fault of this.#schedule.faults) this.#at(fault.at, undefined, () => this.#inflict(fault))
    this.#candidates = this.#schedule.rates.map((rate, index) => this.#candidate(index, rate))
    for (const [index, candidate] of this.#candidates.entries()) this.#at(this.#random() * 500, index, () => candidate.start())
    const end = faultyMilliseconds + calmMilliseconds
    for (let event = this.#next(); event !== undefined && event.at <= end; event = this.#next()) {
      this.#now = event.at
      this.#course.events += 1
      event.run()
      // Promises settle before time goes on.
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.#course.leaders = this.#candidates.flatMap((candidate, index) => (candidate.role === 'leading' ? [index] : []))
    return this.#course
  }

  #candidate(index: number, rate: number): Leadership {
    const clock: Clock = {
      now: () => 1000 * index + this.#now * rate,
      after: (milliseconds, work) => {
        let called = true
        // A timer that fires a rounding error too early must not fire for ever at the same instant.
        this.#at(this.#now + Math.max(0.1, milliseconds / rate), index, () => called && work())
        return () => {
          called = false
        }
      },
    }
    let run: { term: number; stopping: boolean; ended: Promise<void> } | undefined
    return new Leadership({
      clock,
      random: this.#random,
      lock: this.#lockOf(index),
      terms: {
        mint: async () => {
          const session = this.#database.session((work) => this.#exchange(index, 'database', work))
          const term = await takeOver(session)
          await session.commit(undefined)
          this.#course.terms.push({ at: this.#now, candidate: index, term })
          return term
        },
      },
      loops: {
        start: (term) => {
          const started = { term, stopping: false, ended: Promise.resolve() }
          started.ended = this.#loop(index, clock, started)
          run = started
        },
        stop: async () => {
          if (run) run.stopping = true
          await run?.ended
        },
      },
    })
  }

  /** The services of a candidate: a transaction now and then. */
  async #loop(index: number, clock: Clock, run: { term: number; stopping: boolean }): Promise<void> {
    while (!run.stopping) {
      const session = this.#database.session((work) => this.#exchange(index, 'database', work))
      try {
        await this.#check(session, run.term)
        await session.touch()
        await session.commit(() =>
          this.#course.writes.push({ at: this.#now, candidate: index, term: run.term, current: this.#database.term }),
        )
      } catch {
        session.end()
      }
      await new Promise<void>((resolve) => void clock.after(writeEvery * (0.5 + this.#random()), resolve))
    }
  }

  #lockOf(index: number): LeaseLock {
    const mine = (): boolean => this.#lock !== undefined && this.#lock.until > this.#now && this.#lock.owner === index
    const free = (): boolean => this.#lock === undefined || this.#lock.until <= this.#now
    const take = (): void => {
      this.#lock = { owner: index, until: this.#now + usualTiming.ttl }
    }
    return {
      acquire: () =>
        this.#exchange(index, 'lock', () => {
          if (!free() && !mine()) return false
          take()
          return true
        }),
      renew: () =>
        this.#exchange(index, 'lock', () => {
          if (!mine()) return false
          take()
          return true
        }),
      release: () =>
        this.#exchange(index, 'lock', () => {
          if (mine()) this.#lock = undefined
        }),
    }
  }

  /** A message there and one back; either may be late or lost. */
  #exchange<Result>(index: number, to: 'lock' | 'database', work: () => Result | Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const lose = (): void => this.#at(this.#now + 450, index, () => reject(new Lost()))
      this.#at(this.#now + this.#delay(), undefined, () => {
        if (this.#isLost(index, to)) return lose()
        void (async () => await work())().then(
          (result) => {
            if (this.#isLost(index, to)) lose()
            else this.#at(this.#now + this.#delay(), index, () => resolve(result))
          },
          (error: unknown) => this.#at(this.#now + this.#delay(), index, () => reject(error)),
        )
      })
    })
  }

  #isLost(index: number, to: string): boolean {
    if (this.#cuts.some(({ candidate, from, until }) => candidate === index && from === to && until > this.#now)) return true
    return this.#now < faultyMilliseconds && this.#random() * 1000 < this.#schedule.lossPerMille
  }

  #delay(): number {
    const slow = this.#now < faultyMilliseconds && this.#random() < 0.02
    return slow ? this.#random() * 2500 : 1 + this.#random() * 15
  }

  #inflict(fault: Fault): void {
    if (fault.type === 'pause') {
      this.#pausedUntil[fault.candidate] = Math.max(this.#pausedUntil[fault.candidate] ?? 0, this.#now + fault.milliseconds)
    } else if (fault.type === 'lose-keys') this.#lock = undefined
    else if (fault.type === 'restart-database') this.#database.restart()
    else this.#cuts.push({ candidate: fault.candidate, from: fault.from, until: this.#now + fault.milliseconds })
  }

  #at(at: number, candidate: number | undefined, run: () => void): void {
    this.#order += 1
    const event = { at, order: this.#order, candidate, run }
    let place = this.#queue.length
    while (place > 0 && isAfter(this.#queue[place - 1], event)) place -= 1
    this.#queue.splice(place, 0, event)
  }

  /** The next event; what should happen in a process that stands still happens when it wakes up. */
  #next(): Event | undefined {
    for (;;) {
      const event = this.#queue.shift()
      if (event?.candidate === undefined) return event
      const wakes = this.#pausedUntil[event.candidate] ?? 0
      if (wakes <= event.at) return event
      this.#at(wakes, event.candidate, event.run)
    }
  }
}

function isAfter(one: Event | undefined, other: Event): boolean {
  return one !== undefined && (one.at > other.at || (one.at === other.at && one.order > other.order))
}

type Exchange = <Result>(work: () => Result | Promise<Result>) => Promise<Result>

/** The advisory lock, as PostgreSQL grants it: in the order of asking, shared ones together; and the term. */
class VirtualDatabase {
  term = 0
  readonly #later: (milliseconds: number, run: () => void) => void
  readonly #holders = new Map<VirtualSession, 'shared' | 'alone'>()
  #waiters: { session: VirtualSession; mode: 'shared' | 'alone'; grant: () => void; refuse: (error: Error) => void }[] = []

  constructor(later: (milliseconds: number, run: () => void) => void) {
    this.#later = later
  }

  session(exchange: Exchange): VirtualSession {
    return new VirtualSession(this, exchange)
  }

  lock(session: VirtualSession, mode: 'shared' | 'alone', timeout?: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      if (session.over) return reject(new Lost())
      const waiter = { session, mode, grant: () => resolve(true), refuse: reject }
      this.#waiters.push(waiter)
      this.#grant()
      if (timeout === undefined) return
      this.#later(timeout, () => {
        if (!this.#waiters.includes(waiter)) return
        this.#waiters = this.#waiters.filter((other) => other !== waiter)
        resolve(false)
        this.#grant()
      })
    })
  }

  release(session: VirtualSession): void {
    this.#holders.delete(session)
    for (const waiter of this.#waiters) if (waiter.session === session) waiter.refuse(new Lost())
    this.#waiters = this.#waiters.filter((waiter) => waiter.session !== session)
    this.#grant()
  }

  endHolders(but: VirtualSession): void {
    for (const session of [...this.#holders.keys()]) if (session !== but) session.end()
  }

  restart(): void {
    for (const session of [...this.#holders.keys(), ...this.#waiters.map((waiter) => waiter.session)]) session.end()
  }

  #grant(): void {
    for (let waiter = this.#waiters[0]; waiter !== undefined; waiter = this.#waiters[0]) {
      const modes = [...this.#holders.values()]
      if (waiter.mode === 'alone' ? modes.length > 0 : modes.includes('alone')) return
      this.#waiters.shift()
      this.#holders.set(waiter.session, waiter.mode)
      waiter.grant()
    }
  }
}

class VirtualSession implements Fence {
  readonly #database: VirtualDatabase
  readonly #exchange: Exchange
  #next: number | undefined
  over = false

  constructor(database: VirtualDatabase, exchange: Exchange) {
    this.#database = database
    this.#exchange = exchange
  }

  share(): Promise<void> {
    return this.#do(async () => void (await this.#database.lock(this, 'shared')))
  }

  readTerm(): Promise<number> {
    return this.#do(() => this.#database.term)
  }

  /** A statement that writes; what it wrote counts when the session commits. */
  touch(): Promise<void> {
    return this.#do(() => {})
  }

  exclude(milliseconds: number): Promise<boolean> {
    return this.#do(() => this.#database.lock(this, 'alone', milliseconds))
  }

  endHolders(): Promise<void> {
    return this.#do(() => this.#database.endHolders(this))
  }

  writeNextTerm(): Promise<number> {
    return this.#do(() => {
      this.#next = this.#database.term + 1
      return this.#next
    })
  }

  commit(committed: (() => void) | undefined): Promise<void> {
    return this.#do(() => {
      if (this.#next !== undefined) this.#database.term = this.#next
      committed?.()
      this.end()
    })
  }

  /** The connection is lost: the transaction is rolled back. */
  end(): void {
    this.over = true
    this.#database.release(this)
  }

  async #do<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    try {
      return await this.#exchange(() => {
        if (this.over) throw new Lost()
        return work()
      })
    } catch (error) {
      this.end()
      throw error
    }
  }
}

/** mulberry32 */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
