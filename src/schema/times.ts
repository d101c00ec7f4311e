/** Instants and spans of time. */
import type { Duration } from '../values/duration.ts'
import { type Json, toNumber } from '../values/json.ts'
import type { Timestamp } from '../values/timestamp.ts'
import { valueError } from './functions.ts'
import { instantOfNumber, instantOfText } from './instants.ts'
import { isNumber } from './numbers.ts'
import { PendulumProblem, parseWithPendulum } from './pendulum.ts'
import type { Invalid, Reading, Schema } from './reading.ts'
import { SpanProblem, spanOfNumber, spanOfText } from './spans.ts'

/** An instant. Text without zone is UTC. */
export function datetime(): Schema<Timestamp> {
  return {
    label: () => 'function-wrap[_validate()]',
    hasOwnTitle: () => false,
    read(input, reading) {
      reading.lax()
      if (typeof input === 'string') return instantOfText(input) ?? otherInstant(input, reading)
      return (isNumber(input) ? instantOfNumber(toNumber(input)) : undefined) ?? notInstant(input, reading)
    },
    describe: () => ({ type: 'string', format: 'date-time' }),
  }
}

function otherInstant(text: string, reading: Reading): Timestamp | Invalid {
  const parsed = parseWithPendulum(text)
  if (!(parsed instanceof PendulumProblem)) return parsed
  return parsed.message === null ? notInstant(text, reading) : valueError(parsed.message, text, reading)
}

const notInstant = (input: Json | undefined, reading: Reading): Invalid =>
  reading.fail('value_error', 'value is not a valid datetime', input)

/** A span of time: a number of seconds, or text. */
export function timedelta(): Schema<Duration> {
  return {
    label: () => 'timedelta',
    hasOwnTitle: () => false,
    read(input, reading) {
      reading.lax()
      const span = spanOfInput(input)
      if (span === undefined) return reading.fail('time_delta_type', 'Input should be a valid timedelta', input)
      if (!(span instanceof SpanProblem)) return span
      const error = span.message
      return reading.fail('time_delta_parsing', `Input should be a valid timedelta, ${error}`, input, { error })
    },
    describe: (description) => (description.inModel ? { type: 'number' } : { type: 'number', format: 'time-delta' }),
  }
}

function spanOfInput(input: Json | undefined): Duration | SpanProblem | undefined {
  if (typeof input === 'string') return spanOfText(input)
  if (typeof input === 'boolean') return spanOfNumber(Number(input))
  return isNumber(input) ? spanOfNumber(toNumber(input)) : undefined
}
