import { by, type FilterValue, filter } from '../filtering/filter.ts'
import { text, texts, uuid } from '../filtering/words.ts'

export const VariableFilter = filter(
  'VariableFilter',
  'variable',
  {
    id: by(uuid, ['any_']),
    name: by(text, ['any_', 'like_']),
    tags: by(texts, ['all_', 'is_null_'], { operator: true }),
  },
  { operator: true },
)
export type VariableFilter = FilterValue<typeof VariableFilter>
