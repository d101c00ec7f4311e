import * as s from '../../schema/index.ts'
import { by, type FilterValue, filter } from '../filtering/filter.ts'
import { hasAll, text, texts, time, uuid, word } from '../filtering/words.ts'

/** Here an empty `all_` is a condition, which is always true; it makes a difference to `operator: or_`. */
const tags = { ...texts, all_: word(s.list(s.string()), hasAll) }

export const AutomationFilter = filter(
  'AutomationFilter',
  'automation',
  {
    id: by(uuid, ['any_']),
    name: by(text, ['any_']),
    created: by(time, ['before_']),
    tags: by(tags, ['all_', 'any_', 'is_null_'], { operator: true }),
  },
  { operator: true },
)
export type AutomationFilter = FilterValue<typeof AutomationFilter>
