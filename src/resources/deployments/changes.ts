/** What an update has changed, for its event. Pure. */
import type { Json, JsonObject } from '../../values/json.ts'
import { areEqual } from '../parameter-schemas/values.ts'
import type { DeploymentColumns } from './queries.ts'

/** Changes of these are told. */
const told = [
  'description',
  'tags',
  'parameters',
  'parameter_openapi_schema',
  'enforce_parameter_schema',
  'entrypoint',
  'path',
  'pull_steps',
  'work_queue_id',
  'infra_overrides',
  'paused',
  'labels',
  'version',
  'concurrency_limit_id',
  'concurrency_options',
] as const

type Told = Pick<DeploymentColumns, (typeof told)[number]>

/** Field → `{from, to}`. */
export function changedFields(before: Told, after: Told): JsonObject {
  const changes: JsonObject = {}
  for (const field of told) {
    const from: Json = before[field]
    const to: Json = after[field]
    if (!areEqual(from, to)) changes[field] = { from, to }
  }
  return changes
}
