import * as s from '../../schema/index.ts'
import { BlockDocumentName } from '../../schema/prefect.ts'
import { isJsonObject, type Json } from '../../values/json.ts'
import { isTruthy } from '../../values/python-truth.ts'
import { BlockSchemaFilter } from '../block-schemas/filter.ts'
import { BlockTypeFilter } from '../block-types/filter.ts'
import { limit, offset } from '../filtering/pagination.ts'
import { BlockDocumentFilter } from './filter.ts'
import { BlockDocumentSort } from './sort.ts'

export const BlockDocumentCreate = s.before(
  namedUnlessAnonymous,
  s.model(
    'BlockDocumentCreate',
    {
      name: s.optional(s.nullable(BlockDocumentName), null),
      data: s.optional(s.dict(), () => ({})),
      block_schema_id: s.uuid(),
      block_type_id: s.uuid(),
      is_anonymous: s.optional(s.boolean(), false),
    },
    { extra: 'forbid' },
  ),
  'validate_name_is_present_if_not_anonymous',
)

function namedUnlessAnonymous(input: Json): Json {
  if (isJsonObject(input) && !isTruthy(input.is_anonymous) && !isTruthy(input.name)) {
    throw new s.ValueError('Names must be provided for block documents.')
  }
  return input
}

export const BlockDocumentUpdate = s.model(
  'BlockDocumentUpdate',
  {
    block_schema_id: s.optional(s.nullable(s.uuid()), null),
    data: s.optional(s.dict(), () => ({})),
    merge_existing_data: s.optional(s.boolean(), true),
  },
  { extra: 'forbid' },
)

const filters = {
  block_documents: s.optional(s.nullable(BlockDocumentFilter.schema), null),
  block_types: s.optional(s.nullable(BlockTypeFilter.schema), null),
  block_schemas: s.optional(s.nullable(BlockSchemaFilter.schema), null),
}

export const BlockDocumentsCount = s.parameters(filters)
export const BlockDocumentsList = s.parameters({
  limit,
  offset,
  ...filters,
  include_secrets: s.optional(s.boolean(), false),
  sort: s.optional(s.nullable(BlockDocumentSort.schema), 'NAME_ASC'),
})

export const IncludeSecrets = s.query({ include_secrets: s.optional(s.boolean(), false) })
