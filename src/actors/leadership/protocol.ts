/**
 * Who leads, as a pure state machine: inputs and instants in, commands out. `leadership.ts` performs the commands.
 *
 *   standby ──lock held──► taking ──term minted──► leading ──(deadline, refusal, stall, quit)──► stopping
 *      ▲                     │ lock lost, no term                                                   │ loops stopped:
 *      └─────────────────────┴──────────────────────────────────────────────────────────────────────┘ release
 *
 * Safety does not rest on this machine: a term that is over cannot write (resources/leadership/fence.ts). What it is for
 * is that there is a leader soon, that there is mostly one, and that a leader that lost the lock stops by itself before
 * the lock can expire: time is monotonic and counted from before a request was sent, and an unknown reply is a failure.
 */

export interface Timing {
  /** How long the lock lives without a renewal, by the lock's own clock. */
  ttl: number
  renewEvery: number
  /** A reply that takes longer is unknown. */
  commandTimeout: number
  /** After a renewal was sent the lock is trusted so long. Less than `ttl` by what clocks may differ. */
  deadline: number
  /** Between two attempts to get the lock, give or take `retrySpread`. */
  retry: number
  retrySpread: number
  /** Between attempts to renew after an unknown reply. */
  renewAgain: number
  mintTimeout: number
  /** After loops that stood still: somebody else's turn. */
  penalty: number
}

export const usualTiming: Timing = {
  ttl: 3000,
  renewEvery: 750,
  commandTimeout: 400,
  deadline: 2000,
  retry: 400,
  retrySpread: 100,
  renewAgain: 100,
  mintTimeout: 5000,
  penalty: 5000,
}

export type Role = 'standby' | 'taking' | 'leading' | 'stopping'

export type Input =
  | { type: 'tick' }
  | { type: 'lock-reply'; request: number; outcome: 'held' | 'refused' | 'unknown' }
  | { type: 'minted'; request: number; term: number | undefined }
  | { type: 'loops-stopped' }
  /** The database refused a write: this term is over. */
  | { type: 'term-over'; term: number }
  /** The loops of this term make no progress. */
  | { type: 'loops-stalled' }
  /** Somebody released the lock. */
  | { type: 'lock-free' }
  | { type: 'quit' }

export type Command =
  | { type: 'acquire'; request: number }
  | { type: 'renew'; request: number }
  | { type: 'release' }
  | { type: 'mint'; request: number }
  | { type: 'start-loops'; term: number }
  | { type: 'stop-loops' }

export interface State {
  role: Role
  term: number | undefined
  /** Until when the lock is trusted; meaningful while taking and leading. */
  heldUntil: number
  /** The lock request whose reply is awaited. */
  asked: { request: number; sentAt: number } | undefined
  minting: { request: number; sentAt: number } | undefined
  /** When the next lock request is due. */
  nextAt: number
  /** The lock was released while a request was under way: ask again at once when that is refused. */
  hurry: boolean
  /** Added to the next wait, once. */
  penalty: number
  quitting: boolean
  lastRequest: number
  /** How often this candidate has begun to lead. */
  transitions: number
}

export const initialState: State = {
  role: 'standby',
  term: undefined,
  heldUntil: 0,
  asked: undefined,
  minting: undefined,
  nextAt: 0,
  hurry: false,
  penalty: 0,
  quitting: false,
  lastRequest: 0,
  transitions: 0,
}

export interface Surroundings {
  /** Milliseconds of a clock that never goes back. */
  now: number
  /** 0 ≤ random < 1. */
  random: number
  timing: Timing
}

export interface Outcome {
  state: State
  commands: Command[]
}

/** One step of the machine. */
export function step(before: State, input: Input, { now, random, timing }: Surroundings): Outcome {
  const state = { ...before }
  const commands: Command[] = []
  const wait = (): number => timing.retry + (random * 2 - 1) * timing.retrySpread
  const holds = (): boolean => state.role === 'taking' || state.role === 'leading'

  const toStandby = (): void => {
    commands.push({ type: 'release' })
    state.role = 'standby'
    state.term = undefined
    state.asked = undefined
    state.minting = undefined
    state.nextAt = now + wait() + state.penalty
    state.penalty = 0
  }
  const demote = (): void => {
    if (state.role === 'taking') {
      toStandby()
      return
    }
    state.role = 'stopping'
    state.asked = undefined
    commands.push({ type: 'stop-loops' })
  }
  const ask = (type: 'acquire' | 'renew'): void => {
    state.lastRequest += 1
    state.asked = { request: state.lastRequest, sentAt: now }
    state.hurry = false
    commands.push({ type, request: state.lastRequest })
  }
  const held = (sentAt: number): void => {
    state.heldUntil = sentAt + timing.deadline
    state.nextAt = sentAt + timing.renewEvery
    if (state.role !== 'standby') return
    // A reply that comes so late says nothing about now; asking again finds the lock to be ours.
    if (now >= state.heldUntil) {
      toStandby()
      return
    }
    state.role = 'taking'
    state.lastRequest += 1
    state.minting = { request: state.lastRequest, sentAt: now }
    commands.push({ type: 'mint', request: state.lastRequest })
  }
  const unknown = (): void => {
    state.asked = undefined
    state.nextAt = now + (holds() ? timing.renewAgain : wait())
  }
  const refused = (): void => {
    if (holds()) demote()
    else state.nextAt = state.hurry ? now : now + wait()
  }

  switch (input.type) {
    case 'tick':
      break
    case 'lock-reply': {
      const { asked } = state
      // The reply to a request that is given up says nothing that a later request will not say better.
      if (asked?.request !== input.request) break
      if (input.outcome === 'unknown') unknown()
      else {
        state.asked = undefined
        if (input.outcome === 'held') held(asked.sentAt)
        else refused()
      }
      break
    }
    case 'minted':
      if (state.minting?.request !== input.request) break
      state.minting = undefined
      if (input.term === undefined || now >= state.heldUntil) toStandby()
      else {
        state.role = 'leading'
        state.term = input.term
        state.transitions += 1
        commands.push({ type: 'start-loops', term: input.term })
      }
      break
    case 'loops-stopped':
      if (state.role === 'stopping') toStandby()
      break
    case 'term-over':
      if (state.role === 'leading' && state.term === input.term) demote()
      break
    case 'loops-stalled':
      if (state.role !== 'leading') break
      state.penalty = timing.penalty
      demote()
      break
    case 'lock-free':
      if (state.role !== 'standby') break
      if (state.asked === undefined) state.nextAt = Math.min(state.nextAt, now)
      else state.hurry = true
      break
    case 'quit':
      state.quitting = true
      if (holds()) demote()
      // What is under way may yet take the lock; the release comes after it.
      else if (state.role === 'standby' && state.asked !== undefined) toStandby()
      break
  }

  // What is due now, whatever the input was: a late timer must not let a leader go on past its deadline.
  if (holds() && now >= state.heldUntil) demote()
  if (state.minting !== undefined && now - state.minting.sentAt >= timing.mintTimeout) demote()
  if (state.asked !== undefined && now - state.asked.sentAt >= timing.commandTimeout) unknown()
  if (state.asked === undefined && now >= state.nextAt) {
    if (holds()) ask('renew')
    else if (state.role === 'standby' && !state.quitting) ask('acquire')
  }
  return { state, commands }
}

/** When the machine wants its next tick; undefined when it waits for others only. */
export function nextTick(state: State, timing: Timing): number | undefined {
  const holds = state.role === 'taking' || state.role === 'leading'
  const instants: number[] = []
  if (holds) instants.push(state.heldUntil)
  if (state.minting !== undefined) instants.push(state.minting.sentAt + timing.mintTimeout)
  if (state.asked !== undefined) instants.push(state.asked.sentAt + timing.commandTimeout)
  else if (holds || (state.role === 'standby' && !state.quitting)) instants.push(state.nextAt)
  return instants.length === 0 ? undefined : Math.min(...instants)
}
