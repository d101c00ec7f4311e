import * as s from '../../schema/index.ts'
import { limit, offset } from '../filtering/pagination.ts'
import { BlockSchemaFilter } from './filter.ts'

export const BlockSchemaCreate = s.model(
  'BlockSchemaCreate',
  {
    fields: s.optional(s.dict(), () => ({})),
    block_type_id: s.uuid(),
    capabilities: s.optional(s.list(s.string()), () => []),
    version: s.optional(s.string(), 'non-versioned'),
  },
  { extra: 'forbid' },
)

export const BlockSchemasList = s.parameters({
  limit,
  offset,
  block_schemas: s.optional(s.nullable(BlockSchemaFilter.schema), null),
})

export const OneVersion = s.query({ version: s.optional(s.nullable(s.string()), null) })
