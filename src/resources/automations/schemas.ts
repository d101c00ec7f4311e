import * as s from '../../schema/index.ts'
import { limit, offset } from '../filtering/pagination.ts'
import { AutomationFilter } from './filter.ts'
import { AutomationSort } from './sort.ts'

const automations = s.optional(s.nullable(AutomationFilter.schema), null)

export const AutomationsPage = s.parameters({ limit, offset, sort: s.optional(AutomationSort.schema, 'NAME_ASC'), automations })
export const AutomationsCount = s.parameters({ automations })
