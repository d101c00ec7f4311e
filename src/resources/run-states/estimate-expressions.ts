/** The estimates of `estimates.ts` as SQL, for sums and averages. */
import { terminalStates } from '../../orchestration/states.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { Timestamp } from '../../values/timestamp.ts'

/** Seconds from one instant to another, with their fraction. */
export function secondsBetween(from: Sql, to: Sql): Sql {
  return sql.dialect({
    sqlite: () => sql`((julianday(${to}) - julianday(${from})) * 86400.0)`,
    postgres: () => sql`extract(epoch FROM ((${to})::timestamptz - (${from})::timestamptz))::float8`,
  })
}

/** The run time until now, in seconds, of the rows of `table`. */
export function estimatedRunSeconds(table: string, now: Timestamp): Sql {
  const total = sql.id(table, 'total_run_time')
  const seconds = sql.dialect({
    sqlite: () => secondsBetween(sql`'1970-01-01 00:00:00'`, total),
    postgres: () => sql`extract(epoch FROM ${total})::float8`,
  })
  return sql`(${seconds} + CASE WHEN ${sql.id(table, 'state_type')} = 'RUNNING'
    THEN ${secondsBetween(sql.id(table, 'state_timestamp'), sql`${now}`)} ELSE 0 END)`
}

/** How late the rows of `table` started, or are by now, in seconds. */
export function latenessSeconds(table: string, now: Timestamp): Sql {
  const [start, expected, type] = [sql.id(table, 'start_time'), sql.id(table, 'expected_start_time'), sql.id(table, 'state_type')]
  const final = sql.isIn(type, [...terminalStates], 'state_type')
  return sql`CASE
    WHEN ${start} > ${expected} THEN ${secondsBetween(expected, start)}
    WHEN ${start} IS NULL AND NOT ${final} AND ${expected} < ${now} THEN ${secondsBetween(expected, sql`${now}`)}
    ELSE 0 END`
}
