/** Durations as text, as pydantic reads and writes them: a year has 365 days and a month 30. */
import { Duration } from '../values/duration.ts'

const microseconds = { second: 1e6, minute: 60e6, hour: 3_600e6, day: 86_400e6, week: 604_800e6, month: 2_592_000e6, year: 31_536_000e6 }

const iso =
  /^([+-]?)P(?=.)(?:(\d+(?:[.,]\d+)?)Y)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)W)?(?:(\d+(?:[.,]\d+)?)D)?(?:T(?:(\d+(?:[.,]\d+)?)H)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)S)?)?$/
const isoUnits = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second'] as const

const clock = /^([+-]?)(?:(\d+) ?d(?:ays?)?)?(?:(?<=d|day|days),? ?)?(?:(\d+):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?$/i

/** Reads `P1DT2H`, `01:30`, `01:30:00.5`, `2 days` and `1 day, 01:30:00`; undefined for anything else. */
export function parseDuration(source: string): Duration | undefined {
  return parseIso(source) ?? parseClock(source)
}

function parseIso(source: string): Duration | undefined {
  const match = iso.exec(source)
  if (match === null || source.endsWith('PT')) return undefined
  const amounts = match.slice(2)
  const total = isoUnits.reduce((sum, unit, index) => sum + Number((amounts[index] ?? '0').replace(',', '.')) * microseconds[unit], 0)
  return signed(match[1], total)
}

function parseClock(source: string): Duration | undefined {
  const match = clock.exec(source)
  if (match === null) return undefined
  const [, sign, days, hours, minutes, seconds, fraction] = match
  if ((days === undefined && hours === undefined) || Number(minutes ?? 0) > 59 || Number(seconds ?? 0) > 59) return undefined
  const total =
    Number(days ?? 0) * microseconds.day +
    Number(hours ?? 0) * microseconds.hour +
    Number(minutes ?? 0) * microseconds.minute +
    Number(`${seconds ?? 0}.${fraction ?? 0}`) * microseconds.second
  return signed(sign, total)
}

function signed(sign: string | undefined, total: number): Duration {
  return Duration.fromMicroseconds(sign === '-' ? -total : total)
}

/** `PT1H30M`, `P7D`, `P1Y35D`, `-PT0.5S`; nothing is `PT0S`. */
export function durationToIso(value: Duration): string {
  let rest = Math.abs(value.microseconds)
  const take = (size: number, letter: string): string => {
    const count = Math.floor(rest / size)
    rest -= count * size
    return count === 0 ? '' : `${count}${letter}`
  }
  const date = take(microseconds.year, 'Y') + take(microseconds.day, 'D')
  const time = take(microseconds.hour, 'H') + take(microseconds.minute, 'M') + (rest === 0 ? '' : `${Number((rest / 1e6).toFixed(6))}S`)
  if (date === '' && time === '') return 'PT0S'
  return `${value.microseconds < 0 ? '-' : ''}P${date}${time === '' ? '' : `T${time}`}`
}
