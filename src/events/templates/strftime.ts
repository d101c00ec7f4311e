/** `strftime` of C's locale, in UTC. */
import type { Timestamp } from '../../values/timestamp.ts'

const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const pad = (value: number, width = 2, fill = '0'): string => String(value).padStart(width, fill)

export interface Calendar {
  readonly timestamp: Timestamp
  readonly parts: readonly number[]
  readonly weekday: number
}

const dayOfYear = ({ parts: [year = 0, month = 1, day = 1] }: Calendar): number =>
  (Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 1)) / 86_400_000 + 1

/** The ISO year and week. */
function isoWeek({ parts: [year = 0, month = 1, day = 1], weekday }: Calendar): readonly [number, number] {
  const thursday = new Date(Date.UTC(year, month - 1, day + 3 - weekday))
  const its = thursday.getUTCFullYear()
  return [its, Math.floor((thursday.getTime() - Date.UTC(its, 0, 1)) / 604_800_000) + 1]
}

const directives: Readonly<Record<string, (date: Calendar) => string>> = {
  a: ({ weekday }) => (days[weekday] ?? '').slice(0, 3),
  A: ({ weekday }) => days[weekday] ?? '',
  b: ({ parts }) => (months[(parts[1] ?? 1) - 1] ?? '').slice(0, 3),
  h: ({ parts }) => (months[(parts[1] ?? 1) - 1] ?? '').slice(0, 3),
  B: ({ parts }) => months[(parts[1] ?? 1) - 1] ?? '',
  c: (date) => strftime(date, '%a %b %e %H:%M:%S %Y'),
  C: ({ parts }) => pad(Math.floor((parts[0] ?? 0) / 100)),
  d: ({ parts }) => pad(parts[2] ?? 0),
  D: (date) => strftime(date, '%m/%d/%y'),
  e: ({ parts }) => pad(parts[2] ?? 0, 2, ' '),
  f: ({ parts }) => pad(parts[6] ?? 0, 6),
  F: (date) => strftime(date, '%Y-%m-%d'),
  g: (date) => pad(isoWeek(date)[0] % 100),
  G: (date) => String(isoWeek(date)[0]),
  H: ({ parts }) => pad(parts[3] ?? 0),
  I: ({ parts }) => pad((((parts[3] ?? 0) + 11) % 12) + 1),
  j: (date) => pad(dayOfYear(date), 3),
  k: ({ parts }) => pad(parts[3] ?? 0, 2, ' '),
  l: ({ parts }) => pad((((parts[3] ?? 0) + 11) % 12) + 1, 2, ' '),
  m: ({ parts }) => pad(parts[1] ?? 0),
  M: ({ parts }) => pad(parts[4] ?? 0),
  n: () => '\n',
  p: ({ parts }) => ((parts[3] ?? 0) < 12 ? 'AM' : 'PM'),
  P: ({ parts }) => ((parts[3] ?? 0) < 12 ? 'am' : 'pm'),
  r: (date) => strftime(date, '%I:%M:%S %p'),
  R: (date) => strftime(date, '%H:%M'),
  s: ({ timestamp }) => String(Math.floor(timestamp.microseconds / 1_000_000)),
  S: ({ parts }) => pad(parts[5] ?? 0),
  t: () => '\t',
  T: (date) => strftime(date, '%H:%M:%S'),
  u: ({ weekday }) => String(weekday + 1),
  U: (date) => pad(Math.floor((dayOfYear(date) + 6 - ((date.weekday + 1) % 7)) / 7)),
  V: (date) => pad(isoWeek(date)[1]),
  w: ({ weekday }) => String((weekday + 1) % 7),
  W: (date) => pad(Math.floor((dayOfYear(date) + 6 - date.weekday) / 7)),
  x: (date) => strftime(date, '%m/%d/%y'),
  X: (date) => strftime(date, '%H:%M:%S'),
  y: ({ parts }) => pad((parts[0] ?? 0) % 100),
  Y: ({ parts }) => String(parts[0] ?? 0),
  z: () => '+0000',
  Z: () => 'UTC',
  '%': () => '%',
}

export function strftime(date: Calendar, format: string): string {
  return format.replaceAll(/%([-_0^#]?)([a-zA-Z%])/g, (whole, flag: string, letter: string) => {
    const text = directives[letter]?.(date)
    if (text === undefined) return whole
    if (flag === '-') return text.replace(/^[0 ]+(?=.)/, '')
    return flag === '^' ? text.toUpperCase() : flag === '_' ? text.replace(/^0+(?=.)/, (zeros) => ' '.repeat(zeros.length)) : text
  })
}
