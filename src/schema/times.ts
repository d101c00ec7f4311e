/** Instants and spans of time. */
import { Duration } from '../values/duration.ts'
import { toNumber } from '../values/json.ts'
import { Timestamp } from '../values/timestamp.ts'
import { valueError } from './functions.ts'
import { isNumber } from './numbers.ts'
import type { Schema } from './reading.ts'

/** An instant. Text without zone is UTC. */
export function datetime(): Schema<Timestamp> {
  return {
    label: 'function-wrap[_validate()]',
    hasOwnTitle: false,
    read(input, reading) {
      reading.lax()
      if (typeof input === 'string') {
        const milliseconds = Date.parse(/[zZ]|[-+]\d\d:?\d\d$/.test(input) ? input : `${input}Z`)
        return Number.isNaN(milliseconds) ? valueError(`Unable to parse string [${input}]`, input, reading) : Timestamp.fromMilliseconds(milliseconds)
      }
      if (isNumber(input)) return Timestamp.fromMilliseconds(toNumber(input) * (Math.abs(toNumber(input)) > 2e10 ? 1 : 1000))
      return reading.fail('value_error', 'value is not a valid datetime', input)
    },
    describe: () => ({ type: 'string', format: 'date-time' }),
  }
}

/** A span of time: a number of seconds, or text. */
export function timedelta(): Schema<Duration> {
  return {
    label: 'timedelta',
    hasOwnTitle: false,
    read(input, reading) {
      reading.lax()
      if (isNumber(input)) return Duration.fromSeconds(toNumber(input))
      return reading.fail('time_delta_type', 'Input should be a valid timedelta', input)
    },
    describe: () => ({ type: 'number' }),
  }
}
