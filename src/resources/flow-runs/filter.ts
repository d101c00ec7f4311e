import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import { by, criteria, type FilterValue, filter } from '../filtering/filter.ts'
import { isOneOf, stateType, text, texts, time, uuid, word } from '../filtering/words.ts'

/** A run that has not started counts as starting when it is expected to; the databases have an index on just this. */
export const startTime = sql`coalesce(flow_run.start_time, flow_run.expected_start_time)`

const start = {
  before_: word(s.datetime(), (_column, limit) => sql`${startTime} <= ${limit}`),
  after_: word(s.datetime(), (_column, limit) => sql`${startTime} >= ${limit}`),
  is_null_: time.is_null_,
}

/** The flow runs that a task of one of these flow runs started. */
const parentFlowRun = {
  any_: word(s.list(s.uuid()), (_column, ids) => {
    const parents = isOneOf(sql.id('task_run', 'flow_run_id'), ids, 'uuid')
    return sql`flow_run.parent_task_run_id IN (SELECT task_run.id FROM task_run WHERE ${parents})`
  }),
}

const creator = {
  id_: word(s.list(s.uuid()), (column, ids) => isOneOf(sql`(${column} ->> 'id')`, ids, 'text')),
  type_: word(s.list(s.string()), (column, types) => isOneOf(sql`(${column} ->> 'type')`, types, 'text')),
  is_null_: text.is_null_,
}

export const FlowRunFilter = filter(
  'FlowRunFilter',
  'flow_run',
  {
    id: by(uuid, ['any_', 'not_any_']),
    name: by(text, ['any_', 'like_']),
    tags: by(texts, ['all_', 'any_', 'is_null_'], { operator: true }),
    deployment_id: by(uuid, ['any_', 'is_null_'], { operator: true }),
    work_queue_name: by(text, ['any_', 'is_null_'], { operator: true }),
    state: criteria(
      {
        type: by(stateType, ['any_', 'not_any_'], { column: 'state_type', onlyWhenOne: true }),
        name: by(text, ['any_', 'not_any_'], { column: 'state_name', onlyWhenOne: true }),
      },
      { operator: true },
    ),
    flow_version: by(text, ['any_']),
    start_time: by(start, ['before_', 'after_', 'is_null_']),
    end_time: by(time, ['before_', 'after_', 'is_null_']),
    expected_start_time: by(time, ['before_', 'after_']),
    next_scheduled_start_time: by(time, ['before_', 'after_']),
    parent_flow_run_id: by(parentFlowRun, ['any_'], { operator: true }),
    parent_task_run_id: by(uuid, ['any_', 'is_null_'], { operator: true }),
    idempotency_key: by(text, ['any_', 'not_any_']),
    created_by: by(creator, ['id_', 'type_', 'is_null_'], { operator: true }),
  },
  { operator: true },
)
export type FlowRunFilter = FilterValue<typeof FlowRunFilter>
