/**
 * Fills a database with flow runs by SQL: a skewed lot, as a busy server holds it – 20 flows of which the first has half of
 * the runs, 80 % completed, start times over 30 days, and runs that are scheduled, if asked, in one work queue.
 */
import type { Backend } from '../test/environment/servers.ts'
import type { Database } from './database.ts'

interface Words {
  uuid: string
  /** Whole numbers from 1 to n, as `i`. */
  series(n: number): string
  instant(daysAgo: string): string
  interval(seconds: number): string
}

const words: Readonly<Record<Backend, Words>> = {
  sqlite: {
    uuid: `lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))`,
    series: (n) =>
      `(WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ${n}) SELECT i FROM numbers) AS numbers`,
    instant: (daysAgo) => `strftime('%Y-%m-%d %H:%M:%f000', 'now', '-' || (${daysAgo}) || ' days')`,
    interval: (seconds) => `'1970-01-01 00:00:${String(seconds).padStart(2, '0')}.000000'`,
  },
  postgres: {
    uuid: 'gen_random_uuid()',
    series: (n) => `generate_series(1, ${n}) AS numbers(i)`,
    instant: (daysAgo) => `now() - (${daysAgo}) * interval '1 day'`,
    interval: (seconds) => `interval '${seconds} seconds'`,
  },
}

/** Adds `runs` finished flow runs, and `scheduled` runs that wait in the queue `queueId`. */
export async function fill(
  database: Database,
  runs: number,
  scheduled = 0,
  queue: { id: string; name: string } | null = null,
): Promise<void> {
  const { uuid, series, instant, interval } = words[database.backend]
  const empty = database.backend === 'sqlite' ? "'{}'" : "'{}'::jsonb"
  const list = database.backend === 'sqlite' ? '\'["bench"]\'' : '\'["bench"]\'::jsonb'
  const nothing = database.backend === 'sqlite' ? "'null'" : "'null'::jsonb"
  const type = (text: string): string => (database.backend === 'sqlite' ? text : `(${text})::state_type`)
  await database.run(
    `INSERT INTO flow (id, name, tags, labels, created, updated) SELECT ${uuid}, 'bench-' || i, ${list}, ${empty}, ${instant('30')}, ${instant('30')} FROM ${series(20)}`,
  )
  // half of the runs belong to the first flow
  await database.run(`
    INSERT INTO flow_run (id, name, flow_id, state_type, state_name, state_timestamp, start_time, end_time, expected_start_time,
      total_run_time, run_count, tags, labels, parameters, context, empirical_policy, auto_scheduled, created, updated)
    SELECT ${uuid}, 'run-' || i, (SELECT id FROM flow WHERE name = 'bench-' || chosen.flow),
      ${type(`CASE WHEN kind < 8 THEN 'COMPLETED' WHEN kind = 8 THEN 'FAILED' ELSE 'CRASHED' END`)},
      CASE WHEN kind < 8 THEN 'Completed' WHEN kind = 8 THEN 'Failed' ELSE 'Crashed' END,
      at, at, at, at, ${interval(7)}, 1, ${list}, ${empty}, ${empty}, ${empty}, ${empty}, ${database.backend === 'sqlite' ? '0' : 'false'}, at, at
    FROM (SELECT i, CASE WHEN i % 2 = 0 THEN 1 ELSE 1 + i % 20 END AS flow, i % 10 AS kind, ${instant(`i * 30.0 / ${Math.max(runs, 1)}`)} AS at
      FROM ${series(Math.max(runs, 1))}) AS chosen`)
  if (scheduled > 0 && queue !== null) {
    await database.run(`
      INSERT INTO flow_run (id, name, flow_id, state_type, state_name, state_timestamp, next_scheduled_start_time, expected_start_time,
        total_run_time, run_count, tags, labels, parameters, context, empirical_policy, auto_scheduled, work_queue_id, work_queue_name, created, updated)
      SELECT ${uuid}, 'scheduled-' || i, (SELECT id FROM flow WHERE name = 'bench-1'), ${type(`'SCHEDULED'`)}, 'Scheduled', at, at, at,
        ${interval(0)}, 0, ${list}, ${empty}, ${empty}, ${empty}, ${empty}, ${database.backend === 'sqlite' ? '1' : 'true'}, '${queue.id}', '${queue.name}', at, at
      FROM (SELECT i, ${instant(`i / ${scheduled}.0 / 24`)} AS at FROM ${series(scheduled)}) AS waiting`)
  }
  await database.run(`
    INSERT INTO flow_run_state (id, flow_run_id, type, name, timestamp, message, state_details, data, created, updated)
    SELECT ${uuid}, id, state_type, state_name, state_timestamp, '', ${empty}, ${nothing}, created, updated FROM flow_run WHERE state_id IS NULL`)
  await database.run(
    `UPDATE flow_run SET state_id = (SELECT id FROM flow_run_state WHERE flow_run_id = flow_run.id) WHERE state_id IS NULL`,
  )
  await database.run(database.backend === 'sqlite' ? 'ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)' : 'ANALYZE')
}
