import type { Timestamp } from '../../values/timestamp.ts'
import { parseWholeNumber, splitWords } from '../python-text.ts'
import { isZoneName } from '../zone.ts'
import { parseTextDate, type TextDate } from './date-text.ts'
import { Refused } from './refused.ts'
import { completeRule, Frequency, type Rule, type RuleParts, startNow, type WeekdayPart } from './rule.ts'

/** A single rule, or a set of rules and dates with their exclusions. */
export type Recurrence =
  | { kind: 'rule'; rule: Rule }
  | { kind: 'set'; rules: Rule[]; dates: TextDate[]; excludedRules: Rule[]; excludedDates: TextDate[] }

/** Reads what dateutil's `rrulestr` reads; `start` is for rules without a DTSTART (null: now). Throws Refused. */
export function parseRecurrence(source: string, start: TextDate | null, now: Timestamp): Recurrence {
  const text = source.toUpperCase()
  const lines = splitWords(text)
  const [first] = lines
  if (first === undefined) throw new Refused('empty string')
  if (lines.length === 1 && (!text.includes(':') || text.startsWith('RRULE:'))) {
    return { kind: 'rule', rule: parseRule(first, start, now) }
  }
  const properties = readProperties(lines, zonesNamed(source), now)
  const anchor = properties.start ?? start
  const { dates, rules, excludedRules, excludedDates } = properties
  if (rules.length > 1 || dates.length > 0 || excludedRules.length > 0 || excludedDates.length > 0) {
    return {
      kind: 'set',
      rules: rules.map((rule) => parseRule(rule, anchor, now)),
      dates: dates.flatMap((value) => value.split(',').map((date) => parseTextDate(date, now))),
      excludedRules: excludedRules.map((rule) => parseRule(rule, anchor, now)),
      excludedDates,
    }
  }
  const [rule] = rules
  if (rule === undefined) throw new Refused('list index out of range')
  return { kind: 'rule', rule: parseRule(rule, anchor, now) }
}

interface Properties {
  rules: string[]
  dates: string[]
  excludedRules: string[]
  excludedDates: TextDate[]
  start: TextDate | null
}

function readProperties(lines: string[], zones: Map<string, string>, now: Timestamp): Properties {
  const found: Properties = { rules: [], dates: [], excludedRules: [], excludedDates: [], start: null }
  for (const line of lines) {
    const colon = line.indexOf(':')
    const [name, ...parameters] = (colon < 0 ? 'RRULE' : line.slice(0, colon)).split(';')
    const value = colon < 0 ? line : line.slice(colon + 1)
    if (name === 'RRULE' || name === 'EXRULE' || name === 'RDATE') {
      const unsupported = parameters.find((parameter) => name !== 'RDATE' || parameter !== 'VALUE=DATE-TIME')
      if (unsupported !== undefined) throw new Refused(`unsupported ${name} parm: ${unsupported}`)
      const target = name === 'RRULE' ? found.rules : name === 'RDATE' ? found.dates : found.excludedRules
      target.push(value)
    } else if (name === 'EXDATE') found.excludedDates.push(...readDates(value, parameters, zones, now))
    else if (name === 'DTSTART') {
      const [date, ...more] = readDates(value, parameters, zones, now)
      if (date === undefined || more.length > 0) throw new Refused(`Multiple DTSTART values specified:${value}`)
      found.start = date
    } else throw new Refused(`unsupported property: ${name}`)
  }
  return found
}

/** The zones that the text names, by their upper-case spelling; anything up to the next colon belongs to the name. */
function zonesNamed(source: string): Map<string, string> {
  return new Map([...source.matchAll(/TZID=([^:]+):/g)].map(([, name = '']) => [name.toUpperCase(), name]))
}

function readDates(value: string, parameters: string[], zones: Map<string, string>, now: Timestamp): TextDate[] {
  let inZone = false
  let hasValueType = false
  for (const parameter of parameters) {
    if (parameter.startsWith('TZID=')) {
      const name = zones.get(parameter.split('TZID=').at(-1) ?? '')
      if (name !== undefined) inZone = isZoneText(name)
      continue
    }
    if (parameter !== 'VALUE=DATE-TIME' && parameter !== 'VALUE=DATE') throw new Refused(`unsupported parm: ${parameter}`)
    if (hasValueType) throw new Refused(`Duplicate value parameter found in: ${parameter}`)
    hasValueType = true
  }
  return value.split(',').map((text) => {
    const date = parseTextDate(text, now)
    if (!inZone) return date
    if (date.aware) throw new Refused('DTSTART/EXDATE specifies multiple timezone')
    return { ...date, aware: true }
  })
}

/** Names, also with spaces for underscores, and POSIX rules such as EST5EDT4. */
function isZoneText(name: string): boolean {
  return isZoneName(name) || isZoneName(name.replaceAll(' ', '_')) || /^[A-Za-z]{3,}[+-]?\d/.test(name)
}

const frequencies = new Map<string, number>(Object.entries(Frequency).map(([name, value]) => [name.toUpperCase(), value]))
const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']

/** What reads the value of each part of a rule; null means that it is refused. */
const readers: Record<string, (value: string, parts: Partial<RuleParts>, now: Timestamp) => unknown> = {
  FREQ: (value, parts) => set(parts, 'frequency', frequencies.get(value) ?? null),
  INTERVAL: (value, parts) => set(parts, 'interval', parseWholeNumber(value)),
  COUNT: (value, parts) => set(parts, 'count', parseWholeNumber(value)),
  UNTIL: (value, parts, now) => set(parts, 'until', readUntil(value, now)),
  WKST: (value, parts) => set(parts, 'weekStart', weekdayNumber(value)),
  BYSETPOS: (value, parts) => set(parts, 'setPositions', readList(value)),
  BYMONTH: (value, parts) => set(parts, 'months', readList(value)),
  BYMONTHDAY: (value, parts) => set(parts, 'monthDays', readList(value)),
  BYYEARDAY: (value, parts) => set(parts, 'yearDays', readList(value)),
  BYEASTER: (value, parts) => set(parts, 'easterOffsets', readList(value)),
  BYWEEKNO: (value, parts) => set(parts, 'weekNumbers', readList(value)),
  BYHOUR: (value, parts) => set(parts, 'hours', readList(value)),
  BYMINUTE: (value, parts) => set(parts, 'minutes', readList(value)),
  BYSECOND: (value, parts) => set(parts, 'seconds', readList(value)),
  BYDAY: (value, parts) => set(parts, 'weekdays', readWeekdays(value)),
  BYWEEKDAY: (value, parts) => set(parts, 'weekdays', readWeekdays(value)),
}

function set<Key extends keyof RuleParts>(parts: Partial<RuleParts>, key: Key, value: RuleParts[Key] | null): unknown {
  if (value !== null) parts[key] = value
  return value
}

function parseRule(line: string, start: TextDate | null, now: Timestamp): Rule {
  const [name = '', ...values] = line.split(':')
  if (values.length > 1) throw new Refused('too many values to unpack (expected 2)')
  if (values.length === 1 && name !== 'RRULE') throw new Refused('unknown parameter name')
  const given: Partial<RuleParts> = {}
  for (const pair of (values[0] ?? line).split(';')) {
    const [key = '', value, ...more] = pair.split('=')
    if (value === undefined) throw new Refused('not enough values to unpack (expected 2, got 1)')
    if (more.length > 0) throw new Refused('too many values to unpack (expected 2)')
    const read = Object.hasOwn(readers, key) ? readers[key] : undefined
    if (read === undefined) throw new Refused(`unknown parameter '${key}'`)
    if (read(value, given, now) === null) throw new Refused(`invalid '${key}': ${value}`)
  }
  const { frequency } = given
  if (frequency === undefined) throw new Refused("rrule.__init__() missing 1 required positional argument: 'freq'")
  const parts = { ...absentParts, ...given, frequency }
  return completeRule(parts, start ?? startNow(now, parts.until?.aware ?? false), start !== null)
}

const absentParts: Omit<RuleParts, 'frequency'> = {
  interval: 1,
  count: null,
  until: null,
  weekStart: 0,
  setPositions: null,
  months: null,
  monthDays: null,
  yearDays: null,
  weekNumbers: null,
  easterOffsets: null,
  weekdays: null,
  hours: null,
  minutes: null,
  seconds: null,
}

function readList(text: string): number[] | null {
  const values: number[] = []
  for (const item of text.split(',')) {
    const value = parseWholeNumber(item)
    if (value === null) return null
    values.push(value)
  }
  return values
}

function readUntil(text: string, now: Timestamp): TextDate | null {
  try {
    return parseTextDate(text, now)
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}

function weekdayNumber(name: string): number | null {
  const index = weekdays.indexOf(name)
  return index < 0 ? null : index
}

/** `MO`, `+1MO` and `MO(+1)`. */
function readWeekdays(text: string): WeekdayPart[] | null {
  const parts: WeekdayPart[] = []
  for (const item of text.split(',')) {
    const [name = '', inParentheses] = item.split('(')
    const digits = /^[+\-0-9]*/.exec(item)?.[0] ?? ''
    const number = inParentheses === undefined ? digits : inParentheses.slice(0, -1)
    const weekday = weekdayNumber(inParentheses === undefined ? item.slice(digits.length) : name)
    const nth = number === '' && inParentheses === undefined ? null : parseWholeNumber(number)
    if (weekday === null || nth === 0 || (nth === null && (number !== '' || inParentheses !== undefined))) return null
    parts.push({ weekday, nth })
  }
  return parts
}
