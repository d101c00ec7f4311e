import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import { by, type Criterion, type FilterValue, filter } from '../filtering/filter.ts'
import { parseTextSearch, textSearchConditions } from '../filtering/text-search.ts'
import { integer, time, uuid } from '../filtering/words.ts'

const LogFilterTextSearch = s.model('LogFilterTextSearch', { query: s.string({ maxLength: 200 }) }, { extra: 'forbid' })

/** Its parts count as conditions of their own, so that `operator: or_` is satisfied by any of them. */
const textSearch: Criterion<{ query: string }> = {
  schema: () => LogFilterTextSearch,
  conditions: ({ query }) => textSearchConditions(parseTextSearch(query), sql`log.message || ' ' || log.name`),
}

export const LogFilter = filter(
  'LogFilter',
  'log',
  {
    level: by(integer, ['ge_', 'le_']),
    timestamp: by(time, ['before_', 'after_']),
    flow_run_id: by(uuid, ['any_']),
    task_run_id: by(uuid, ['any_', 'is_null_']),
    text: textSearch,
  },
  { operator: true },
)
export type LogFilter = FilterValue<typeof LogFilter>
