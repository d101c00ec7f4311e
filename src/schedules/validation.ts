import { Timestamp } from '../values/timestamp.ts'
import { parseCron } from './cron-expression.ts'
import { splitWords } from './python-text.ts'
import { Refused } from './rrule/refused.ts'
import { parseRecurrence } from './rrule/rule-text.ts'
import { isZoneName } from './zone.ts'

const maxRRuleLength = 6500

/** Null when the text is a cron expression that schedules support, else what the reference's 422 says. */
export function validateCron(text: string): string | null {
  if (parseCron(text) === null) return `Invalid cron string: "${text}"`
  const isRandom = splitWords(text).some((word) => /^[rh]$/i.test(word))
  return isRandom ? `Random and Hashed expressions are unsupported, received: "${text}"` : null
}

/** Null when the text is a recurrence that dateutil reads, else what the reference's 422 says. */
export function validateRRule(text: string, now: Timestamp = Timestamp.now()): string | null {
  try {
    parseRecurrence(text, null, now)
  } catch (error) {
    if (error instanceof Refused) return `Invalid RRule string "${text}": ${error.message}`
    throw error
  }
  const length = [...text].length
  if (length <= maxRRuleLength) return null
  return `Invalid RRule string "${[...text].slice(0, 40).join('')}..."\nMax length is ${maxRRuleLength}, got ${length}`
}

/** Null for a time zone of an interval or cron schedule ("" counts as none), else what the reference's 422 says. */
export function validateTimezone(name: string): string | null {
  if (name === '' || isZoneName(name)) return null
  return `Invalid timezone: "${name}" (specify in IANA tzdata format, for example, America/New_York)`
}
