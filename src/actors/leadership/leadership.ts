/** Performs what the protocol says: asks the lock, mints terms, starts and stops the loops. The clock is given, too. */
import { type Command, type Input, initialState, nextTick, type Role, type State, step, type Timing, usualTiming } from './protocol.ts'

/** A lock with an owner and an end. Every method may reject: then nobody knows whether it was done. */
export interface LeaseLock {
  /** True when the lock is ours now, also when it was before. */
  acquire(): Promise<boolean>
  /** True when it still was ours, and lives for its whole time again. */
  renew(): Promise<boolean>
  /** Gives the lock up if it is ours, and tells the others. */
  release(): Promise<void>
}

export interface Terms {
  /** Ends all terms before and begins one; gives its number. */
  mint(): Promise<number>
}

export interface Loops {
  start(term: number): void
  /** Resolves when nothing of them runs any more. */
  stop(): Promise<void>
}

export interface Clock {
  /** Milliseconds; never goes back. */
  now(): number
  /** Runs `work` later; gives the way to call it off. */
  after(milliseconds: number, work: () => void): () => void
}

export interface LeadershipOptions {
  lock: LeaseLock
  terms: Terms
  loops: Loops
  clock?: Clock
  random?: () => number
  timing?: Timing
  /** What went wrong on the way; the protocol goes on by itself. */
  onError?: (what: string, error: unknown) => void
  onChange?: (role: Role, term: number | undefined) => void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, work) {
    const timer = setTimeout(work, milliseconds)
    return () => clearTimeout(timer)
  },
}

export class Leadership {
  readonly #options: LeadershipOptions
  readonly #clock: Clock
  readonly #timing: Timing
  #state: State = initialState
  #cancelTimer: () => void = () => {}
  #settled: (() => void)[] = []
  /** Of the last renewal or acquisition, in milliseconds. */
  lockLatency: number | undefined

  constructor(options: LeadershipOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#timing = options.timing ?? usualTiming
  }

  get role(): Role {
    return this.#state.role
  }

  get term(): number | undefined {
    return this.#state.term
  }

  get transitions(): number {
    return this.#state.transitions
  }

  start(): void {
    this.handle({ type: 'tick' })
  }

  /** Gives leadership up, and does not seek it again. Resolves when the loops have stopped and the lock is released. */
  async quit(): Promise<void> {
    const over = new Promise<void>((resolve) => this.#settled.push(resolve))
    this.handle({ type: 'quit' })
    await over
    this.#cancelTimer()
  }

  handle(input: Input): void {
    const { role, term } = this.#state
    const { state, commands } = step(this.#state, input, {
      now: this.#clock.now(),
      random: (this.#options.random ?? Math.random)(),
      timing: this.#timing,
    })
    this.#state = state
    if (state.role !== role || state.term !== term) this.#options.onChange?.(state.role, state.term)
    for (const command of commands) this.#perform(command)
    this.#arm()
    if (this.#state.quitting && this.#state.role === 'standby' && !commands.some(({ type }) => type === 'release')) this.#settle()
  }

  #perform(command: Command): void {
    const { lock, terms, loops, onError } = this.#options
    switch (command.type) {
      case 'acquire':
        this.#ask(command.request, () => lock.acquire())
        break
      case 'renew':
        this.#ask(command.request, () => lock.renew())
        break
      case 'release':
        void attempt(() => lock.release())
          .catch((error: unknown) => onError?.('release', error))
          .then(() => this.#state.quitting && this.#settle())
        break
      case 'mint':
        void attempt(() => terms.mint()).then(
          (term) => this.handle({ type: 'minted', request: command.request, term }),
          (error: unknown) => {
            onError?.('mint', error)
            this.handle({ type: 'minted', request: command.request, term: undefined })
          },
        )
        break
      case 'start-loops':
        loops.start(command.term)
        break
      case 'stop-loops':
        void attempt(() => loops.stop())
          .catch((error: unknown) => onError?.('stop', error))
          .then(() => this.handle({ type: 'loops-stopped' }))
        break
    }
  }

  #ask(request: number, send: () => Promise<boolean>): void {
    const sentAt = this.#clock.now()
    void attempt(send).then(
      (held) => {
        this.lockLatency = this.#clock.now() - sentAt
        this.handle({ type: 'lock-reply', request, outcome: held ? 'held' : 'refused' })
      },
      (error: unknown) => {
        this.#options.onError?.('lock', error)
        this.handle({ type: 'lock-reply', request, outcome: 'unknown' })
      },
    )
  }

  #arm(): void {
    this.#cancelTimer()
    const at = nextTick(this.#state, this.#timing)
    if (at === undefined) return
    this.#cancelTimer = this.#clock.after(Math.max(0, at - this.#clock.now()), () => this.handle({ type: 'tick' }))
  }

  #settle(): void {
    for (const resolve of this.#settled.splice(0)) resolve()
  }
}

/** What throws at once rejects, as what throws later. */
async function attempt<Result>(work: () => Promise<Result>): Promise<Result> {
  return await work()
}
