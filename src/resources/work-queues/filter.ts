import { by, type FilterValue, filter } from '../filtering/filter.ts'
import { text, uuid } from '../filtering/words.ts'

const name = by(text, ['any_', 'startswith_'])

export const WorkQueueFilter = filter(
  'WorkQueueFilter',
  'work_queue',
  {
    id: by(uuid, ['any_']),
    name: {
      ...name,
      // An empty list of beginnings alone is no criterion, not one that is always true; `operator: or_` tells the difference.
      conditions: (value, table, column) =>
        value.startswith_?.length === 0 && (value.any_ ?? null) === null ? [] : name.conditions(value, table, column),
    },
  },
  { operator: true },
)
export type WorkQueueFilter = FilterValue<typeof WorkQueueFilter>
