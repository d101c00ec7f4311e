import * as s from '../../schema/index.ts'
import { NonEmptyishName, NonNegativeInteger } from '../../schema/prefect.ts'
import { limit, offset } from '../filtering/pagination.ts'
import { WorkPoolFilter } from './filter.ts'
import { ChangedJobTemplate, JobTemplate, noStorage, StorageConfiguration } from './parts.ts'

export const WorkPoolCreate = s.model(
  'WorkPoolCreate',
  {
    name: NonEmptyishName,
    description: s.optional(s.nullable(s.string()), null),
    type: s.optional(s.string(), 'prefect-agent'),
    base_job_template: s.optional(JobTemplate, () => ({})),
    is_paused: s.optional(s.boolean(), false),
    concurrency_limit: s.optional(s.nullable(NonNegativeInteger), null),
    storage_configuration: s.optional(StorageConfiguration, noStorage),
  },
  { extra: 'forbid' },
)

export const WorkPoolUpdate = s.model(
  'WorkPoolUpdate',
  {
    description: s.optional(s.nullable(s.string()), null),
    is_paused: s.optional(s.nullable(s.boolean()), null),
    base_job_template: s.optional(ChangedJobTemplate, null),
    concurrency_limit: s.optional(s.nullable(NonNegativeInteger), null),
    storage_configuration: s.optional(s.nullable(StorageConfiguration), null),
  },
  { extra: 'forbid' },
)

const pools = { work_pools: s.optional(s.nullable(WorkPoolFilter.schema), null) }

export const WorkPoolsPage = s.parameters({ limit, ...pools, offset })
export const WorkPoolsCount = s.parameters(pools)
