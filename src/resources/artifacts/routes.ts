import { route } from '../route.ts'
import {
  countArtifacts,
  countLatestArtifacts,
  createArtifact,
  deleteArtifact,
  readArtifact,
  readArtifacts,
  readLatestArtifact,
  readLatestArtifacts,
  updateArtifact,
} from './handlers.ts'
import { ArtifactCreate, ArtifactsCount, ArtifactsList, ArtifactUpdate, LatestCount, LatestList } from './schemas.ts'

const one = '/artifacts/{id:uuid}'

import { Ids } from '../filtering/id-pages.ts'
import { FindStale, findStaleCollections, mendCollections } from './stale-collections.ts'

export const routes = [
  route({
    method: 'CALL',
    path: '',
    name: 'find_stale_artifact_collections',
    access: 'read',
    body: FindStale,
    handle: findStaleCollections,
  }),
  route({ method: 'CALL', path: '', name: 'mend_artifact_collections', access: 'alone', body: Ids, handle: mendCollections }),
  route({ method: 'POST', path: '/artifacts/', name: 'create_artifact', access: 'alone', body: ArtifactCreate, handle: createArtifact }),
  route({ method: 'GET', path: one, name: 'read_artifact', access: 'read', handle: readArtifact }),
  route({ method: 'PATCH', path: one, name: 'update_artifact', access: 'alone', body: ArtifactUpdate, handle: updateArtifact }),
  route({ method: 'DELETE', path: one, name: 'delete_artifact', access: 'alone', handle: deleteArtifact }),
  route({ method: 'GET', path: '/artifacts/{key}/latest', name: 'read_latest_artifact', access: 'read', handle: readLatestArtifact }),
  route({ method: 'POST', path: '/artifacts/filter', name: 'read_artifacts', access: 'read', body: ArtifactsList, handle: readArtifacts }),
  route({
    method: 'POST',
    path: '/artifacts/latest/filter',
    name: 'read_latest_artifacts',
    access: 'read',
    body: LatestList,
    handle: readLatestArtifacts,
  }),
  route({
    method: 'POST',
    path: '/artifacts/count',
    name: 'count_artifacts',
    access: 'read',
    body: ArtifactsCount,
    handle: countArtifacts,
  }),
  route({
    method: 'POST',
    path: '/artifacts/latest/count',
    name: 'count_latest_artifacts',
    access: 'read',
    body: LatestCount,
    handle: countLatestArtifacts,
  }),
]
