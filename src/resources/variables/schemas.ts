import * as s from '../../schema/index.ts'
import { StrictVariableValue, VariableName } from '../../schema/prefect.ts'
import { limit, offset } from '../filtering/pagination.ts'
import { VariableFilter } from './filter.ts'
import { VariableSort } from './sort.ts'

export const VariableCreate = s.model(
  'VariableCreate',
  { name: VariableName, value: StrictVariableValue, tags: s.optional(s.list(s.string()), () => []) },
  { extra: 'forbid' },
)

export const VariableUpdate = s.model(
  'VariableUpdate',
  {
    name: s.optional(s.nullable(VariableName), null),
    value: s.optional(StrictVariableValue, null),
    tags: s.optional(s.nullable(s.list(s.string())), null),
  },
  { extra: 'forbid' },
)

export const VariablesPage = s.parameters({
  limit,
  offset,
  variables: s.optional(s.nullable(VariableFilter.schema), null),
  sort: s.optional(VariableSort.schema, 'NAME_ASC'),
})

export const VariablesCount = s.parameters({ variables: s.optional(s.nullable(VariableFilter.schema), null) })
