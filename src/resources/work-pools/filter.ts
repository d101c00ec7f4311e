import { by, type FilterValue, filter } from '../filtering/filter.ts'
import { text, uuid } from '../filtering/words.ts'

export const WorkPoolFilter = filter(
  'WorkPoolFilter',
  'work_pool',
  { id: by(uuid, ['any_']), name: by(text, ['any_']), type: by(text, ['any_']) },
  { operator: true },
)
export type WorkPoolFilter = FilterValue<typeof WorkPoolFilter>
