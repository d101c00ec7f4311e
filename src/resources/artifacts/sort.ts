import { type SortWord, sort } from '../filtering/sort.ts'

export const ArtifactSort = sort('ArtifactSort', 'artifact', ['CREATED_DESC', 'UPDATED_DESC', 'ID_DESC', 'KEY_DESC', 'KEY_ASC'])
export type ArtifactSort = SortWord<typeof ArtifactSort>

export const ArtifactCollectionSort = sort('ArtifactCollectionSort', 'artifact_collection', [
  'CREATED_DESC',
  'UPDATED_DESC',
  'ID_DESC',
  'KEY_DESC',
  'KEY_ASC',
])
export type ArtifactCollectionSort = SortWord<typeof ArtifactCollectionSort>
