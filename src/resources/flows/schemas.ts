import * as s from '../../schema/index.ts'
import { KeyValueLabels, Name } from '../../schema/prefect.ts'
import { DeploymentFilter } from '../deployments/filter.ts'
import { bulkLimitField } from '../filtering/bulk.ts'
import { limit, offset, page } from '../filtering/pagination.ts'
import { FlowRunFilter } from '../flow-runs/filter.ts'
import { TaskRunFilter } from '../task-runs/filter.ts'
import { WorkPoolFilter } from '../work-pools/filter.ts'
import { FlowFilter } from './filter.ts'
import { FlowSort } from './sort.ts'

export const FlowCreate = s.model(
  'FlowCreate',
  {
    name: Name,
    tags: s.optional(s.list(s.string()), () => []),
    labels: s.optional(s.nullable(KeyValueLabels), () => ({})),
  },
  { extra: 'forbid' },
)

export const FlowUpdate = s.model('FlowUpdate', { tags: s.optional(s.list(s.string()), () => []) }, { extra: 'forbid' })

const filters = {
  flows: s.optional(s.nullable(FlowFilter.schema), null),
  flow_runs: s.optional(s.nullable(FlowRunFilter.schema), null),
  task_runs: s.optional(s.nullable(TaskRunFilter.schema), null),
  deployments: s.optional(s.nullable(DeploymentFilter.schema), null),
  work_pools: s.optional(s.nullable(WorkPoolFilter.schema), null),
}
const sort = s.optional(FlowSort.schema, 'NAME_ASC')

export const FlowsCount = s.parameters(filters)
export const FlowsList = s.parameters({ limit, offset, ...filters, sort })
export const FlowsPage = s.parameters({ limit, page, ...filters, sort })
export const FlowsBulkDelete = s.parameters({ flows: filters.flows, limit: bulkLimitField })
