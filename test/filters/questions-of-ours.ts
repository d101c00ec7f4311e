/** What only we are asked: values that the reference fails on, and lists that must not read whole tables. */

import { type RelatedFilters, whereRelated } from '../../src/resources/filtering/related.ts'
import { FlowRunFilter } from '../../src/resources/flow-runs/filter.ts'
import { FlowRunSort } from '../../src/resources/flow-runs/sort.ts'
import { FlowFilter } from '../../src/resources/flows/filter.ts'
import { LogFilter } from '../../src/resources/logs/filter.ts'
import { LogSort } from '../../src/resources/logs/sort.ts'
import { TaskRunSort } from '../../src/resources/task-runs/sort.ts'
import { type Dialect, type Sql, sql } from '../../src/storage/sql.ts'

export const harmless: readonly { name: string; table: string; where: Sql; rows: 'all' | 'none' }[] = [
  { name: 'a level beyond smallint', table: 'log', where: LogFilter.where({ level: { le_: 40_000 } }), rows: 'all' },
  { name: 'a level beyond bigint', table: 'log', where: LogFilter.where({ level: { ge_: 1e30 } }), rows: 'none' },
  { name: 'a null character in a name', table: 'flow', where: FlowFilter.where({ name: { any_: ['\0'] } }), rows: 'none' },
  { name: 'null characters in names', table: 'flow', where: FlowFilter.where({ name: { any_: ['\0', 'a\0'] } }), rows: 'none' },
  { name: 'a null character in a part', table: 'flow', where: FlowFilter.where({ name: { like_: '\0' } }), rows: 'none' },
  { name: 'a null character in a tag', table: 'flow_run', where: FlowRunFilter.where({ tags: { any_: ['\0'] } }), rows: 'none' },
  { name: 'a null character in all tags', table: 'flow_run', where: FlowRunFilter.where({ tags: { all_: ['a', '\0'] } }), rows: 'none' },
  { name: 'a search for a null character', table: 'log', where: LogFilter.where({ text: { query: '\0' } }), rows: 'none' },
  { name: 'a long part', table: 'flow', where: FlowFilter.where({ name: { like_: 'x'.repeat(60_000) } }), rows: 'none' },
  { name: '100,000 names', table: 'flow', where: FlowFilter.where({ name: { any_: Array<string>(100_000).fill('x') } }), rows: 'none' },
]

interface Indexed {
  name: string
  statement: Sql
  index: Record<Dialect, RegExp>
  /** The rows found are few and may be put in order afterwards. */
  sorted?: boolean
}

const id = '00000000-0000-4000-8000-000000000000'
const other = '00000000-0000-4000-8000-000000000001'
const both = (name: string): Record<Dialect, RegExp> => ({ sqlite: new RegExp(name), postgres: new RegExp(name) })
const flowRuns = (wanted: RelatedFilters, sort: FlowRunSort): Sql =>
  sql`SELECT * FROM flow_run WHERE ${whereRelated('flow_runs', wanted)} ORDER BY ${FlowRunSort.orderBy(sort)} LIMIT 10`
const taskRuns = (wanted: RelatedFilters, sort: TaskRunSort): Sql =>
  sql`SELECT * FROM task_run WHERE ${whereRelated('task_runs', wanted)} ORDER BY ${TaskRunSort.orderBy(sort)} LIMIT 10`
const logs = (wanted: LogFilter, sort: LogSort): Sql =>
  sql`SELECT * FROM log WHERE ${LogFilter.where(wanted)} ORDER BY ${LogSort.orderBy(sort)} LIMIT 200`

export const indexed: readonly Indexed[] = [
  {
    name: 'newest flow runs by expected start',
    statement: flowRuns({}, 'EXPECTED_START_TIME_DESC'),
    index: both('ix_flow_run__expected_start_time_desc'),
  },
  {
    name: 'next flow runs',
    statement: flowRuns({}, 'NEXT_SCHEDULED_START_TIME_ASC'),
    index: both('ix_flow_run__next_scheduled_start_time_asc'),
  },
  { name: 'flow runs that ended last', statement: flowRuns({}, 'END_TIME_DESC'), index: both('ix_flow_run__end_time_desc') },
  { name: 'flow runs by name', statement: flowRuns({}, 'NAME_ASC'), index: both('ix_flow_run_\\w*name') },
  {
    name: 'newest flow runs of a state by start',
    statement: flowRuns({ flow_runs: { state: { type: { any_: ['FAILED'] } } } }, 'START_TIME_DESC'),
    index: { sqlite: /ix_flow_run__state_type_coalesce_start_time/, postgres: /coalesce/ },
  },
  {
    name: 'flow runs of a flow',
    statement: flowRuns({ flows: { id: { any_: [id] } } }, 'START_TIME_DESC'),
    index: { sqlite: /SEARCH flow_run USING INDEX \w+flow_id/, postgres: /Index Scan/ },
    sorted: true,
  },
  {
    name: 'flow runs of some deployments',
    statement: flowRuns({ deployments: { id: { any_: [id, other] }, paused: { eq_: false } } }, 'EXPECTED_START_TIME_DESC'),
    index: { sqlite: /SEARCH flow_run USING INDEX ix_flow_run__deployment_id/, postgres: /Index Scan/ },
    sorted: true,
  },
  {
    name: 'child flow runs',
    statement: flowRuns({ flow_runs: { parent_flow_run_id: { any_: [id] } } }, 'ID_DESC'),
    index: { sqlite: /SEARCH flow_run USING INDEX ix_flow_run__parent_task_run_id/, postgres: /flow_run_id/ },
    sorted: true,
  },
  {
    name: 'newest task runs by expected start',
    statement: taskRuns({}, 'EXPECTED_START_TIME_DESC'),
    index: both('ix_task_run__expected_start_time_desc'),
  },
  {
    name: 'task runs of the flow runs of a flow',
    statement: taskRuns({ flows: { id: { any_: [id] } } }, 'ID_DESC'),
    index: { sqlite: /SEARCH task_run USING INDEX \w+flow_run_id/, postgres: /Index/ },
    sorted: true,
  },
  {
    name: 'logs of a flow run by time',
    statement: logs({ flow_run_id: { any_: [id] }, level: { ge_: 0 } }, 'TIMESTAMP_ASC'),
    index: both('ix_log__flow_run_id_timestamp'),
  },
  { name: 'newest logs', statement: logs({ level: { ge_: 30 } }, 'TIMESTAMP_DESC'), index: both('ix_log__timestamp') },
]
