import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import { by, criteria, type FilterValue, filter } from '../filtering/filter.ts'
import { text, texts, uuid, word } from '../filtering/words.ts'

const deployed = word(s.boolean(), (_column, isNull) => {
  const some = sql`EXISTS (SELECT 1 FROM deployment WHERE deployment.flow_id = flow.id)`
  return isNull ? sql`NOT ${some}` : some
})

export const FlowFilter = filter(
  'FlowFilter',
  'flow',
  {
    id: by(uuid, ['any_', 'not_any_']),
    deployment: criteria({ is_null_: deployed }, { operator: true }),
    name: by(text, ['any_', 'like_']),
    tags: by(texts, ['all_', 'is_null_'], { operator: true }),
  },
  { operator: true },
)
export type FlowFilter = FilterValue<typeof FlowFilter>
