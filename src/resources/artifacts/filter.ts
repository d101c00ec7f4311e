import { by, type FilterValue, filter } from '../filtering/filter.ts'
import { text, uuid } from '../filtering/words.ts'

const shared = {
  key: by(text, ['any_', 'like_', 'exists_']),
  flow_run_id: by(uuid, ['any_']),
  task_run_id: by(uuid, ['any_']),
  type: by(text, ['any_', 'not_any_']),
}

export const ArtifactFilter = filter('ArtifactFilter', 'artifact', { id: by(uuid, ['any_']), ...shared }, { operator: true })
export type ArtifactFilter = FilterValue<typeof ArtifactFilter>

/** The newest artifact of each key. */
export const ArtifactCollectionFilter = filter(
  'ArtifactCollectionFilter',
  'artifact_collection',
  { latest_id: by(uuid, ['any_']), ...shared },
  { operator: true },
)
export type ArtifactCollectionFilter = FilterValue<typeof ArtifactCollectionFilter>
