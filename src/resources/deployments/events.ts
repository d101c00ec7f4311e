/** `prefect.deployment.*`: what happened to deployments, and what they are related to. */
import type { Event, ResourceLabels } from '../../events/event.ts'
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import type { JsonObject } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { type Uuid, uuid7 } from '../../values/uuid.ts'

/** A deployment as its events show it. */
export interface DeploymentResource {
  id: Uuid
  name: string
  related: ResourceLabels[]
}

interface RelativesRow {
  id: Uuid
  name: string
  flow_id: Uuid | null
  flow_name: string | null
  queue_id: Uuid | null
  queue_name: string | null
  pool_id: Uuid | null
  pool_name: string | null
  pool_type: string | null
  storage_document_id: Uuid | null
  infrastructure_document_id: Uuid | null
  concurrency_limit_id: Uuid | null
}

/** Deployments with everything that they are related to, by id. */
export async function loadDeploymentResources(tx: Transaction, ids: readonly Uuid[]): Promise<Map<Uuid, DeploymentResource>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.query<RelativesRow>(sql`
    SELECT deployment.id, deployment.name, flow.id AS flow_id, flow.name AS flow_name,
      work_queue.id AS queue_id, work_queue.name AS queue_name,
      work_pool.id AS pool_id, work_pool.name AS pool_name, work_pool.type AS pool_type,
      deployment.storage_document_id, deployment.infrastructure_document_id, deployment.concurrency_limit_id
    FROM deployment
    LEFT JOIN flow ON flow.id = deployment.flow_id
    LEFT JOIN work_queue ON work_queue.id = deployment.work_queue_id
    LEFT JOIN work_pool ON work_pool.id = work_queue.work_pool_id
    WHERE ${sql.isIn(sql`deployment.id`, ids, 'uuid')}`)
  return new Map(rows.map((row) => [row.id, { id: row.id, name: row.name, related: relatedResources(row) }]))
}

export function deploymentEvent(what: string, deployment: DeploymentResource, occurred: Timestamp, payload: JsonObject = {}): Event {
  const { id, name, related } = deployment
  const resource = { 'prefect.resource.id': `prefect.deployment.${id}`, 'prefect.resource.name': name }
  return { id: uuid7(), event: `prefect.deployment.${what}`, occurred, received: occurred, resource, related, payload, follows: null }
}

function relatedResources(row: RelativesRow): ResourceLabels[] {
  const related = [
    resource('flow', 'flow', row.flow_id, { 'prefect.resource.name': row.flow_name ?? '' }),
    resource('work-queue', 'work-queue', row.queue_id, { 'prefect.resource.name': row.queue_name ?? '' }),
    resource('work-pool', 'work-pool', row.pool_id, {
      'prefect.resource.name': row.pool_name ?? '',
      'prefect.work-pool.type': row.pool_type ?? '',
    }),
    resource('block-document', 'storage', row.storage_document_id),
    resource('block-document', 'infrastructure', row.infrastructure_document_id),
    resource('concurrency-limit', 'concurrency-limit', row.concurrency_limit_id),
  ]
  return related.filter((each) => each !== null)
}

function resource(kind: string, role: string, id: Uuid | null, labels: ResourceLabels = {}): ResourceLabels | null {
  return id === null ? null : { 'prefect.resource.id': `prefect.${kind}.${id}`, 'prefect.resource.role': role, ...labels }
}
