/** A span of time in whole microseconds (Python's timedelta). The API writes it as a number of seconds. */
export class Duration {
  readonly microseconds: number

  private constructor(microseconds: number) {
    this.microseconds = microseconds
  }

  static readonly zero: Duration = new Duration(0)

  static fromMicroseconds(microseconds: number): Duration {
    return new Duration(Math.round(microseconds))
  }

  static fromSeconds(seconds: number): Duration {
    return new Duration(Math.round(seconds * 1_000_000))
  }

  get seconds(): number {
    return this.microseconds / 1_000_000
  }

  add(other: Duration): Duration {
    return new Duration(this.microseconds + other.microseconds)
  }

  toJSON(): number {
    return this.seconds
  }
}
