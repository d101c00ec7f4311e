/** Instants and spans of time. */
import type { Duration } from '../values/duration.ts'
import { type Json, toNumber } from '../values/json.ts'
import type { Timestamp } from '../values/timestamp.ts'
import { dateProblem } from './date-problem.ts'
import { valueError } from './functions.ts'
import { instantOfNumber, instantOfText, offsetOfText } from './instants.ts'
import { isNumber } from './numbers.ts'
import { PendulumProblem, parseWithPendulum } from './pendulum.ts'
import { type Invalid, invalid, type Reading, type Schema } from './reading.ts'
import { SpanProblem, spanOfNumber, spanOfText } from './spans.ts'

/** An instant. Text without zone is UTC. With `keepsOffset` it is shown in the zone that it was given in. */
export function datetime({ keepsOffset = false } = {}): Schema<Timestamp> {
  const shown = (instant: Timestamp, text: string): Timestamp => (keepsOffset ? instant.shownAt(offsetOfText(text)) : instant)
  return {
    label: () => 'function-wrap[_validate()]',
    hasOwnTitle: () => false,
    read(input, reading) {
      reading.lax()
      if (typeof input === 'string') {
        const instant = instantOfText(input) ?? otherInstant(input, reading)
        return instant === invalid ? invalid : shown(instant, input)
      }
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

/** An instant where the reference uses pydantic's own datetime, whose refusals say what is wrong with the text. */
export function plainDatetime(): Schema<Timestamp> {
  return {
    label: () => 'datetime',
    hasOwnTitle: () => false,
    read(input, reading) {
      reading.lax()
      if (typeof input !== 'string' && !isNumber(input)) return reading.fail('datetime_type', 'Input should be a valid datetime', input)
      const instant = typeof input === 'string' ? instantOfText(input) : instantOfNumber(toNumber(input))
      if (instant !== undefined) return instant
      const error = typeof input === 'string' ? dateProblem(input) : outsideOfYears(toNumber(input))
      return reading.fail('datetime_from_date_parsing', `Input should be a valid datetime or date, ${error}`, input, { error })
    },
    describe: () => ({ type: 'string', format: 'date-time' }),
  }
}

const outsideOfYears = (value: number): string =>
  value < 0 ? 'dates before 0000 are not supported as unix timestamps' : 'dates after 9999 are not supported as unix timestamps'

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
