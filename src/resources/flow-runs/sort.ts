import { type SortWord, sort } from '../filtering/sort.ts'
import { startTime } from './filter.ts'

export const FlowRunSort = sort(
  'FlowRunSort',
  'flow_run',
  [
    'ID_DESC',
    'START_TIME_ASC',
    'START_TIME_DESC',
    'EXPECTED_START_TIME_ASC',
    'EXPECTED_START_TIME_DESC',
    'NAME_ASC',
    'NAME_DESC',
    'NEXT_SCHEDULED_START_TIME_ASC',
    'END_TIME_DESC',
  ],
  { START_TIME: [startTime] },
)
export type FlowRunSort = SortWord<typeof FlowRunSort>
