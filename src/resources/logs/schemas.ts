import * as s from '../../schema/index.ts'
import { limit, offset } from '../filtering/pagination.ts'
import { LogFilter } from './filter.ts'
import { LogSort } from './sort.ts'

export const LogCreate = s.model(
  'LogCreate',
  {
    name: s.string(),
    level: s.integer(),
    message: s.string(),
    timestamp: s.datetime(),
    flow_run_id: s.optional(s.nullable(s.uuid()), null),
    task_run_id: s.optional(s.nullable(s.uuid()), null),
  },
  { extra: 'forbid' },
)

export const LogsCreate = s.sequence(LogCreate)

export const LogsList = s.parameters({
  limit,
  offset,
  logs: s.optional(s.nullable(LogFilter.schema), null),
  sort: s.optional(LogSort.schema, 'TIMESTAMP_ASC'),
})
