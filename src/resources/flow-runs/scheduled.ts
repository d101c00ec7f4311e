/**
 * Which scheduled runs are due, found by the right index. Only scheduled runs have a next start, so that index holds no more
 * than what is scheduled, while the index on queues holds every run there ever was.
 */
import { unindexed } from '../../storage/hints.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { Timestamp } from '../../values/timestamp.ts'

export interface Due {
  before: Timestamp | null
  after: Timestamp | null
}

/** The condition for scheduled runs; `of` chooses among them by columns that are no good to find them by. */
export function scheduledRuns(due: Due, of: Sql): Sql {
  const next = sql`flow_run.next_scheduled_start_time`
  const state = sql`flow_run.state_type`
  const bounds = [due.before && sql`${next} <= ${due.before}`, due.after && sql`${next} >= ${due.after}`].filter((bound) => bound !== null)
  return sql.and([sql`${bounds.length > 0 ? unindexed(state) : state} = 'SCHEDULED'`, ...bounds, of])
}

/** Runs that the process of an earlier attempt will run again itself are nobody else's. */
export const notInProcess = sql`coalesce(flow_run.empirical_policy ->> 'retry_type', '') <> 'in_process'`
