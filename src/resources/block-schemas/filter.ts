import { by, type FilterValue, filter } from '../filtering/filter.ts'
import { text, texts, uuid } from '../filtering/words.ts'

export const BlockSchemaFilter = filter(
  'BlockSchemaFilter',
  'block_schema',
  {
    block_type_id: by(uuid, ['any_']),
    block_capabilities: by(texts, ['all_'], { name: 'BlockSchemaFilterCapabilities', column: 'capabilities' }),
    id: by(uuid, ['any_']),
    version: by(text, ['any_']),
  },
  { operator: true },
)
export type BlockSchemaFilter = FilterValue<typeof BlockSchemaFilter>
