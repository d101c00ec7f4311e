import { ScheduleError } from './error.ts'
import { zoneNames } from './zone-names.ts'

/** A wall time in a zone; `fold` is 1 for the second pass through an hour that clocks repeat. */
export interface LocalTime {
  wall: number
  fold: 0 | 1
}

/** A change of a zone's offset from UTC. */
export interface Transition {
  at: number
  before: number
  after: number
}

interface Block {
  offset: number
  transitions: Transition[]
}

// Offsets are found by probing Intl (2 µs a probe), so they are kept: for blocks of a year or so, probed every three days.
const blockSeconds = 2 ** 25
const probeSeconds = 2 ** 18
/** No offset and no change of offset is larger than a day and a bit. */
const reach = 200_000

/** A time zone by the rules of `Intl`. Instants are seconds since 1970-01-01T00:00Z. */
export class Zone {
  readonly name: string
  readonly #format: Intl.DateTimeFormat | null
  readonly #blocks = new Map<number, Block>()

  constructor(name: string) {
    this.name = name
    const timeZone = name === 'localtime' ? {} : { timeZone: name }
    this.#format = name === 'Factory' ? null : new Intl.DateTimeFormat('en-US', { ...timeZone, timeZoneName: 'longOffset' })
  }

  /** Seconds east of UTC at an instant. */
  offsetAt(instant: number): number {
    const block = this.#block(Math.floor(instant / blockSeconds))
    let offset = block.offset
    for (const transition of block.transitions) {
      if (instant < transition.at) break
      offset = transition.after
    }
    return offset
  }

  /** What clocks show at an instant. */
  toLocal(instant: number): LocalTime {
    const block = this.#block(Math.floor(instant / blockSeconds))
    let offset = block.offset
    let fold: 0 | 1 = 0
    for (const { at, before, after } of block.transitions) {
      if (instant < at) break
      offset = after
      fold = instant - at < before - after ? 1 : 0
    }
    return { wall: instant + offset, fold }
  }

  /** The offset of a wall time. In a gap fold 0 takes the offset before it and fold 1 the one after (PEP 495). */
  offsetOfWall({ wall, fold }: LocalTime): number {
    let offset = this.#block(Math.floor((wall - reach) / blockSeconds)).offset
    for (const { at, before, after } of this.transitionsBetween(wall - reach, wall + reach)) {
      const boundary = at + (fold === 0 ? Math.max(before, after) : Math.min(before, after))
      if (wall < boundary) return offset
      offset = after
    }
    return offset
  }

  toInstant(local: LocalTime): number {
    return local.wall - this.offsetOfWall(local)
  }

  /** The wall time as pendulum makes it real: out of a gap it moves back by the gap's length, or on when `fold` is 1. */
  normalize(local: LocalTime): LocalTime {
    const before = this.offsetOfWall({ wall: local.wall, fold: 0 })
    const after = this.offsetOfWall({ wall: local.wall, fold: 1 })
    if (after <= before) return local
    return { wall: local.wall + (local.fold === 1 ? after - before : before - after), fold: local.fold }
  }

  /** The transitions of all blocks that the span touches, in order. */
  transitionsBetween(from: number, to: number): Transition[] {
    const first = Math.floor(from / blockSeconds)
    const last = Math.floor(to / blockSeconds)
    const { transitions } = this.#block(first)
    if (first === last) return transitions
    const all = [...transitions]
    for (let index = first + 1; index <= last; index++) all.push(...this.#block(index).transitions)
    return all
  }

  #block(index: number): Block {
    let block = this.#blocks.get(index)
    if (block === undefined) {
      block = this.#probe(index)
      this.#blocks.set(index, block)
    }
    return block
  }

  #probe(index: number): Block {
    const start = index * blockSeconds
    // The block begins with the offset that holds just before it, so that a change at its first second is a transition.
    const offset = this.#ask(start - 1)
    const transitions: Transition[] = []
    if (this.#format === null) return { offset, transitions }
    let before = offset
    let known = start - 1
    for (let probe = start; probe < start + blockSeconds; probe += probeSeconds) {
      const end = Math.min(probe + probeSeconds - 1, start + blockSeconds - 1)
      const after = this.#ask(end)
      if (after !== before) {
        transitions.push({ at: this.#changeBetween(known, end, before), before, after })
        before = after
      }
      known = end
    }
    return { offset, transitions }
  }

  #changeBetween(from: number, to: number, before: number): number {
    let low = from
    let high = to
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (this.#ask(middle) === before) low = middle
      else high = middle
    }
    return high
  }

  #ask(instant: number): number {
    if (this.#format === null) return 0
    const [, sign, hours, minutes, seconds] = offsetText.exec(this.#format.format(instant * 1000)) ?? []
    const size = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)
    return sign === '-' ? -size : size
  }
}

const offsetText = /GMT([+-])(\d+):(\d+)(?::(\d+))?$/

const knownNames: ReadonlySet<string> = new Set([...zoneNames, 'localtime'])
const zones = new Map<string, Zone>()

/** True for a name that the reference's `available_timezones()` has. */
export function isZoneName(name: string): boolean {
  return knownNames.has(name)
}

/** The zone of a name; each is made once in a thread. */
export function findZone(name: string): Zone {
  let zone = zones.get(name)
  if (zone === undefined) {
    if (!knownNames.has(name)) throw new ScheduleError(`Invalid timezone: "${name}"`)
    zone = new Zone(name)
    zones.set(name, zone)
  }
  return zone
}
