/** What lists of deployments are asked for with. */
import * as s from '../../schema/index.ts'
import { bulkLimitField } from '../filtering/bulk.ts'
import { limit, offset, page } from '../filtering/pagination.ts'
import { flowRunFilters } from '../flow-runs/lists.ts'
import { DeploymentSort } from './sort.ts'

const sort = s.optional(DeploymentSort.schema, 'NAME_ASC')

export const DeploymentsCount = s.parameters(flowRunFilters)
export const DeploymentsList = s.parameters({ limit, offset, ...flowRunFilters, sort })
export const DeploymentsPage = s.parameters({ limit, page, ...flowRunFilters, sort })
export const DeploymentsBulkDelete = s.parameters({ deployments: flowRunFilters.deployments, limit: bulkLimitField })
