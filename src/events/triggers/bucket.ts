import type { Timestamp } from '../../values/timestamp.ts'
import type { Event } from '../event.ts'

/** What a trigger has seen so far, for one combination of its `for_each` labels: a row of automation_bucket. */
export interface Bucket {
  start: Timestamp
  /** The first instant that is no longer part of it. */
  end: Timestamp
  count: number
  last_event: Event | null
  last_operation: string
}

/** A trigger's buckets after an evaluation, and what it fired. */
export interface Evaluation<Result> {
  result: Result
  firings: FiringFacts[]
}

/** A firing before it has an id and a time: the shell gives it both. */
export interface FiringFacts {
  triggering_labels: Record<string, string>
  triggering_event: Event | null
}
