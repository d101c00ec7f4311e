/** Runs counted by interval and state, for the charts of the UI. */
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { httpError } from '../errors.ts'
import { estimatedRunSeconds, latenessSeconds, secondsBetween } from './estimate-expressions.ts'

/** What a history is asked for with, besides the filters. */
export const historyRange = {
  history_start: s.datetime(),
  history_end: s.datetime(),
  history_interval_seconds: s.number(),
}

interface Range {
  history_start: Timestamp
  history_end: Timestamp
  history_interval_seconds: number
}

const mostIntervals = 500

interface Counted {
  bucket: number
  state_type: string
  state_name: string
  count_runs: number
  sum_estimated_run_time: number
  sum_estimated_lateness: number
}

/** The history of the runs of `table` that match `where`. Intervals are counted from the start; 500 at the most. */
export async function runHistory(tx: Transaction, table: 'flow_run' | 'task_run', range: Range, where: Sql, now: Timestamp) {
  const { history_start: start, history_end: end, history_interval_seconds: seconds } = range
  if (seconds < 1) throw httpError(422, 'History interval must not be less than 1 second.')
  const interval = Math.round(seconds * 1_000_000)
  const elapsed = end.microseconds - start.microseconds
  const count = elapsed > 0 ? Math.min(Math.ceil(elapsed / interval), mostIntervals) : 0
  if (count === 0) return []
  const at = (index: number): Timestamp => start.addMicroseconds(index * interval)
  const counted = await countByState(tx, table, start, at(count), interval / 1_000_000, where, now)
  const byBucket = Map.groupBy(counted, (row) => row.bucket)
  return Array.from({ length: count }, (_, index) => ({
    interval_start: at(index),
    interval_end: at(index + 1),
    states: (byBucket.get(index) ?? []).map(({ bucket: _bucket, ...state }) => state),
  }))
}

async function countByState(tx: Transaction, table: string, start: Timestamp, end: Timestamp, seconds: number, where: Sql, now: Timestamp) {
  const expected = sql.id(table, 'expected_start_time')
  // julianday has a resolution of some microseconds: a run at an interval's very start must not fall into the one before.
  const offset = sql.dialect({
    sqlite: () => sql`CAST(floor((${secondsBetween(sql`${start}`, expected)} + 0.00005) / ${seconds}) AS INTEGER)`,
    postgres: () => sql`floor(${secondsBetween(sql`${start}`, expected)} / ${seconds}::float8)::int`,
  })
  const positive = (value: Sql): Sql => sql`sum(CASE WHEN ${value} > 0 THEN ${value} ELSE 0 END)`
  return await tx.query<Counted>(sql`
    SELECT ${offset} AS bucket, ${sql.id(table, 'state_type')} AS state_type, ${sql.id(table, 'state_name')} AS state_name,
      count(*) AS count_runs, ${positive(estimatedRunSeconds(table, now))} AS sum_estimated_run_time,
      ${positive(latenessSeconds(table, now))} AS sum_estimated_lateness
    FROM ${sql.id(table)}
    WHERE ${expected} >= ${start} AND ${expected} < ${end} AND ${where}
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`)
}
