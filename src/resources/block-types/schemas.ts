import * as s from '../../schema/index.ts'
import { BlockTypeSlug, Name } from '../../schema/prefect.ts'
import { BlockSchemaFilter } from '../block-schemas/filter.ts'
import { limit, offset } from '../filtering/pagination.ts'
import { BlockTypeFilter } from './filter.ts'

const text = s.optional(s.nullable(s.string()), null)

/** What of a block type may be changed. */
const presentation = { logo_url: text, documentation_url: text, description: text, code_example: text }

export const BlockTypeCreate = s.model('BlockTypeCreate', { name: Name, slug: BlockTypeSlug, ...presentation }, { extra: 'forbid' })
export const BlockTypeUpdate = s.model('BlockTypeUpdate', presentation, { extra: 'forbid' })

export const BlockTypesList = s.parameters({
  limit,
  offset,
  block_types: s.optional(s.nullable(BlockTypeFilter.schema), null),
  block_schemas: s.optional(s.nullable(BlockSchemaFilter.schema), null),
})
