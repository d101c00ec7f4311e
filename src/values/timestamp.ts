/**
 * An instant with microsecond precision, in UTC.
 *
 * Clients and both databases keep microseconds while `Date` keeps milliseconds, and `(flow_run_id, timestamp)` is
 * unique; so an instant is held as its canonical text `YYYY-MM-DDTHH:MM:SS.ffffffZ`, whose order as text is its order in
 * time. It is a class, not a string, so that a driver knows what it binds and JSON knows how to write it.
 */
export class Timestamp {
  /** `YYYY-MM-DDTHH:MM:SS.ffffffZ`, always 27 characters. */
  readonly text: string
  /** Seconds from UTC of the zone that JSON shows it in. Databases and arithmetic forget it. */
  readonly #offset: number

  private constructor(text: string, offset = 0) {
    this.text = text
    this.#offset = offset
  }

  /** From canonical text; anything else is a programming error (user input goes through the schema layer). */
  static fromCanonical(text: string): Timestamp {
    if (text.length !== 27 || text[10] !== 'T' || text[26] !== 'Z') throw new RangeError(`not a canonical timestamp: ${text}`)
    return new Timestamp(text)
  }

  /** From whole microseconds since 1970-01-01T00:00Z; exact for the years 1684 to 2255. */
  static fromMicroseconds(microseconds: number): Timestamp {
    const seconds = Math.floor(microseconds / 1_000_000)
    const fraction = microseconds - seconds * 1_000_000
    return new Timestamp(`${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(fraction).padStart(6, '0')}Z`)
  }

  /** From milliseconds since 1970-01-01T00:00Z. */
  static fromMilliseconds(milliseconds: number): Timestamp {
    return Timestamp.fromMicroseconds(Math.round(milliseconds * 1000))
  }

  /** The clock, which never gives the same instant twice in this thread. */
  static now(): Timestamp {
    const wall = Math.floor((performance.timeOrigin + performance.now()) * 1000)
    // The monotonic clock drifts from the wall clock when the system's time is set; follow the wall beyond a second.
    const system = Date.now() * 1000
    const microseconds = Math.abs(wall - system) > 1_000_000 ? system : wall
    latest = microseconds > latest || latest - microseconds > 1_000_000 ? microseconds : latest + 1
    return Timestamp.fromMicroseconds(latest)
  }

  /** Whole microseconds since 1970-01-01T00:00Z. */
  get microseconds(): number {
    return Date.parse(`${this.text.slice(0, 19)}Z`) * 1000 + Number(this.text.slice(20, 26))
  }

  get milliseconds(): number {
    return this.microseconds / 1000
  }

  addMicroseconds(microseconds: number): Timestamp {
    return Timestamp.fromMicroseconds(this.microseconds + microseconds)
  }

  addSeconds(seconds: number): Timestamp {
    return this.addMicroseconds(Math.round(seconds * 1_000_000))
  }

  /** Seconds from `other` to this instant, negative when `other` is later. */
  secondsSince(other: Timestamp): number {
    return (this.microseconds - other.microseconds) / 1_000_000
  }

  isBefore(other: Timestamp): boolean {
    return this.text < other.text
  }

  isAfter(other: Timestamp): boolean {
    return this.text > other.text
  }

  equals(other: Timestamp): boolean {
    return this.text === other.text
  }

  /** The same instant, which JSON shows in the zone so many seconds from UTC. */
  shownAt(offset: number): Timestamp {
    return new Timestamp(this.text, offset)
  }

  /** As the API writes it: no fraction when it is zero, else six digits. */
  toJSON(): string {
    const fraction = this.text.endsWith('.000000Z') ? '' : this.text.slice(19, 26)
    if (this.#offset === 0) return `${this.text.slice(0, 19)}${fraction}Z`
    const local = new Date(Date.parse(`${this.text.slice(0, 19)}Z`) + this.#offset * 1000).toISOString().slice(0, 19)
    return `${local}${fraction}${writtenOffset(this.#offset)}`
  }

  toString(): string {
    return this.toJSON()
  }
}

let latest = 0

function writtenOffset(seconds: number): string {
  const minutes = Math.abs(seconds) / 60
  const pad = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  return `${seconds < 0 ? '-' : '+'}${pad(minutes / 60)}:${pad(minutes % 60)}`
}
