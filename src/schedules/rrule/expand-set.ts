import type { TextDate } from './date-text.ts'
import { expandRule, type Span } from './expand.ts'
import type { Rule } from './rule.ts'
import type { Recurrence } from './rule-text.ts'

/** dateutil fetches its dates by tens, so a rule that fails later on fails before its last dates are out. */
const batchSize = 10

/** The wall times of a recurrence in order; those outside the span may be missing. */
export function* expandRecurrence(recurrence: Recurrence, span: Span): Generator<number> {
  const dates = recurrence.kind === 'rule' ? expandRule(recurrence.rule, span) : expandSet(recurrence, span)
  let batch: number[] = []
  for (const date of dates) {
    batch.push(date)
    if (batch.length < batchSize) continue
    yield* batch
    batch = []
  }
  yield* batch
}

function* expandSet(set: Extract<Recurrence, { kind: 'set' }>, span: Span): Generator<number> {
  const excluded = merge(set.excludedRules, set.excludedDates, span)
  let exclusion = excluded.next()
  for (const date of merge(set.rules, set.dates, span)) {
    while (!exclusion.done && exclusion.value < date) exclusion = excluded.next()
    if (exclusion.done || exclusion.value !== date) yield date
  }
}

/** Dates of all sources in order, each once. */
function* merge(rules: Rule[], dates: TextDate[], span: Span): Generator<number, undefined> {
  const listed = dates.map(({ wall, microseconds }) => wall + microseconds / 1e6).sort((a, b) => a - b)
  const sources = [listed.values(), ...rules.map((rule) => expandRule(rule, span))]
  const heads = sources.map((source) => ({ source, head: source.next() }))
  let last: number | null = null
  for (;;) {
    let earliest: (typeof heads)[number] | null = null
    for (const entry of heads) {
      if (!entry.head.done && (earliest === null || earliest.head.done || entry.head.value < earliest.head.value)) earliest = entry
    }
    if (earliest === null || earliest.head.done) return
    const { value } = earliest.head
    if (value !== last) yield value
    last = value
    earliest.head = earliest.source.next()
  }
}
