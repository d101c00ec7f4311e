import * as s from '../../schema/index.ts'
import { Name, NonNegativeInteger, PositiveInteger } from '../../schema/prefect.ts'
import { limit, offset } from '../filtering/pagination.ts'
import { WorkQueueFilter } from './filter.ts'

/** How old-style queues chose their runs. */
const QueueFilter = s.model('QueueFilter', {
  tags: s.optional(s.nullable(s.list(s.string())), null),
  deployment_ids: s.optional(s.nullable(s.list(s.uuid())), null),
})

export const WorkQueueCreate = s.model(
  'WorkQueueCreate',
  {
    name: Name,
    description: s.optional(s.nullable(s.string()), ''),
    is_paused: s.optional(s.boolean(), false),
    concurrency_limit: s.optional(s.nullable(NonNegativeInteger), null),
    priority: s.optional(s.nullable(PositiveInteger), null),
    filter: s.optional(s.nullable(QueueFilter), null),
  },
  { extra: 'forbid' },
)

export const WorkQueueUpdate = s.model(
  'WorkQueueUpdate',
  {
    name: s.optional(s.nullable(s.string()), null),
    description: s.optional(s.nullable(s.string()), null),
    is_paused: s.optional(s.boolean(), false),
    concurrency_limit: s.optional(s.nullable(NonNegativeInteger), null),
    priority: s.optional(s.nullable(PositiveInteger), null),
    last_polled: s.optional(s.nullable(s.datetime()), null),
    filter: s.optional(s.nullable(QueueFilter), null),
  },
  { extra: 'forbid' },
)

export const WorkQueuesPage = s.parameters({ limit, work_queues: s.optional(s.nullable(WorkQueueFilter.schema), null), offset })
export const PoolQueuesPage = s.parameters({ limit, work_queues: s.optional(WorkQueueFilter.schema, null), offset })
export const QueueRuns = s.parameters({ limit, scheduled_before: s.optional(s.datetime(), null) })
