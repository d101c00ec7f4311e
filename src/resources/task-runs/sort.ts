import { type SortWord, sort } from '../filtering/sort.ts'

export const TaskRunSort = sort('TaskRunSort', 'task_run', [
  'ID_DESC',
  'EXPECTED_START_TIME_ASC',
  'EXPECTED_START_TIME_DESC',
  'NAME_ASC',
  'NAME_DESC',
  'NEXT_SCHEDULED_START_TIME_ASC',
  'END_TIME_DESC',
])
export type TaskRunSort = SortWord<typeof TaskRunSort>
