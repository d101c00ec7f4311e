import * as s from '../../schema/index.ts'
import { ArtifactKey } from '../../schema/prefect.ts'
import { DeploymentFilter } from '../deployments/filter.ts'
import { limit, offset } from '../filtering/pagination.ts'
import { FlowRunFilter } from '../flow-runs/filter.ts'
import { FlowFilter } from '../flows/filter.ts'
import { TaskRunFilter } from '../task-runs/filter.ts'
import { ArtifactCollectionFilter, ArtifactFilter } from './filter.ts'
import { ArtifactCollectionSort, ArtifactSort } from './sort.ts'

const longestMetadata = 500

/** Long values are cut, and say so. */
const Metadata = s.nullable(
  s.after(s.dict(s.string()), (metadata) => {
    const cut = Object.entries(metadata).map(([key, value]): [string, string] => {
      const characters = Array.from(value)
      return [key, characters.length > longestMetadata ? `${characters.slice(0, longestMetadata).join('')}...` : value]
    })
    return Object.fromEntries(cut)
  }),
)

export const ArtifactCreate = s.model(
  'ArtifactCreate',
  {
    key: s.optional(s.nullable(ArtifactKey), null),
    type: s.optional(s.nullable(s.string()), null),
    description: s.optional(s.nullable(s.string()), null),
    data: s.optional(s.any(), null),
    metadata_: s.optional(Metadata, null),
    flow_run_id: s.optional(s.nullable(s.uuid()), null),
    task_run_id: s.optional(s.nullable(s.uuid()), null),
  },
  { extra: 'forbid' },
)

export const ArtifactUpdate = s.model(
  'ArtifactUpdate',
  { data: s.optional(s.any(), null), description: s.optional(s.nullable(s.string()), null), metadata_: s.optional(Metadata, null) },
  { extra: 'forbid' },
)

const makers = {
  flow_runs: s.optional(s.nullable(FlowRunFilter.schema), null),
  task_runs: s.optional(s.nullable(TaskRunFilter.schema), null),
  flows: s.optional(s.nullable(FlowFilter.schema), null),
  deployments: s.optional(s.nullable(DeploymentFilter.schema), null),
}
const artifacts = s.optional(s.nullable(ArtifactFilter.schema), null)
const collections = s.optional(s.nullable(ArtifactCollectionFilter.schema), null)

export const ArtifactsList = s.parameters({ limit, sort: s.optional(ArtifactSort.schema, 'ID_DESC'), offset, artifacts, ...makers })
export const ArtifactsCount = s.parameters({ artifacts, ...makers })
export const LatestList = s.parameters({
  limit,
  sort: s.optional(ArtifactCollectionSort.schema, 'ID_DESC'),
  offset,
  artifacts: collections,
  ...makers,
})
export const LatestCount = s.parameters({ artifacts: collections, ...makers })
