import { isAtLeast } from '../../orchestration/versions.ts'
import type { RequestHeaders } from '../route.ts'
import { clientOf } from '../run-states/orchestration.ts'
import { noStorage } from './parts.ts'
import type { WorkPoolRow } from './queries.ts'

/** Older clients refuse a storage configuration with a field that they do not know. */
const firstClientWithResultStorage = '3.3.8'

/** The API's WorkPoolResponse. `activeSlots` counts only where there is a limit. */
export function workPoolResponse(pool: WorkPoolRow, activeSlots: number, headers: RequestHeaders): Record<string, unknown> {
  return {
    id: pool.id,
    created: pool.created,
    updated: pool.updated,
    name: pool.name,
    description: pool.description,
    type: pool.type,
    base_job_template: pool.base_job_template,
    is_paused: pool.is_paused,
    concurrency_limit: pool.concurrency_limit,
    status: pool.type === 'prefect-agent' ? null : pool.status,
    default_queue_id: pool.default_queue_id,
    storage_configuration: storageConfiguration(pool, headers),
    active_slots: pool.concurrency_limit === null ? null : activeSlots,
  }
}

function storageConfiguration(pool: WorkPoolRow, headers: RequestHeaders): Record<string, unknown> {
  const configuration: Record<string, unknown> = { ...noStorage(), ...pool.storage_configuration }
  const { clientVersion } = clientOf(headers)
  if (clientVersion !== null && !isAtLeast(clientVersion, firstClientWithResultStorage) && !isAfterRelease(clientVersion)) {
    delete configuration.default_result_storage_block_id
  }
  return configuration
}

/** 3.3.7.post1 and 3.3.8.dev1 come after 3.3.7. */
const isAfterRelease = (version: string): boolean => /^3\.3\.(?:7(?:\.post|\+)|8)/.test(version)
