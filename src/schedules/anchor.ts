import * as s from '../schema/index.ts'
import { Timestamp } from '../values/timestamp.ts'

/** The instant that an interval counts from. Its `text` is in UTC, its JSON has the offset that the client wrote. */
export interface Anchor {
  readonly text: string
  toJSON(): string
}

class AnchorWithOffset implements Anchor {
  readonly text: string
  readonly #offset: number

  constructor(at: Timestamp, offsetSeconds: number) {
    this.text = at.text
    this.#offset = offsetSeconds
  }

  toJSON(): string {
    return withOffset(Timestamp.fromCanonical(this.text), this.#offset)
  }
}

/** `2026-03-07T09:00:00-05:00`: the instant as a clock at that offset from UTC shows it. */
export function withOffset(at: Timestamp, offsetSeconds: number): string {
  if (offsetSeconds === 0) return at.toJSON()
  const minutes = Math.round(Math.abs(offsetSeconds) / 60)
  const two = (value: number): string => String(value).padStart(2, '0')
  const sign = offsetSeconds < 0 ? '-' : '+'
  return `${at.addSeconds(offsetSeconds).toJSON().slice(0, -1)}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

const instant = s.datetime()
const trailingOffset = /\d[T ].*([+-])(\d\d):?(\d\d)?\s*$/

export const AnchorDate: s.Schema<Anchor> = {
  ...instant,
  read(input, reading) {
    const at = instant.read(input, reading)
    const match = typeof input === 'string' ? trailingOffset.exec(input) : null
    if (at === s.invalid || match === null) return at
    const [, sign, hours = '0', minutes = '0'] = match
    const offset = (Number(hours) * 60 + Number(minutes)) * 60
    return offset === 0 ? at : new AnchorWithOffset(at, sign === '-' ? -offset : offset)
  },
}
