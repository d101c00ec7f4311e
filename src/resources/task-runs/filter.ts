import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import { by, criteria, type FilterValue, filter } from '../filtering/filter.ts'
import { stateType, text, texts, time, uuid, word } from '../filtering/words.ts'

const subflowRun = word(s.boolean(), (_column, exists) => {
  const some = sql`EXISTS (SELECT 1 FROM flow_run WHERE flow_run.parent_task_run_id = task_run.id)`
  return exists ? some : sql`NOT ${some}`
})

export const TaskRunFilter = filter(
  'TaskRunFilter',
  'task_run',
  {
    id: by(uuid, ['any_']),
    name: by(text, ['any_', 'like_']),
    tags: by(texts, ['all_', 'is_null_'], { operator: true }),
    state: criteria(
      {
        type: by(stateType, ['any_'], { column: 'state_type', onlyWhenOne: true }),
        name: by(text, ['any_'], { column: 'state_name', onlyWhenOne: true }),
      },
      { operator: true },
    ),
    start_time: by(time, ['before_', 'after_', 'is_null_']),
    end_time: by(time, ['before_', 'after_', 'is_null_']),
    expected_start_time: by(time, ['before_', 'after_']),
    subflow_runs: criteria({ exists_: subflowRun }, { name: 'TaskRunFilterSubFlowRuns' }),
    flow_run_id: by(uuid, ['any_', 'is_null_'], {
      operator: true,
      defaults: { is_null_: false },
      // "Without a flow run" beats the list, and the list beats the default "with a flow run".
      normalize: ({ any_ = null, is_null_ = null }) => (is_null_ !== true && any_ !== null ? { any_ } : { is_null_ }),
    }),
  },
  { operator: true },
)
export type TaskRunFilter = FilterValue<typeof TaskRunFilter>
