/** The objects around flow runs, for the `related` of their events; set-based, a statement for each kind. */
import type { ResourceLabels } from '../../events/event.ts'
import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { JsonObject } from '../../values/json.ts'
import type { Uuid } from '../../values/uuid.ts'

/** What of a flow run leads to its relatives. */
export interface RelatedKeys {
  flow_id: Uuid
  deployment_id: Uuid | null
  work_queue_id: Uuid | null
  parent_task_run_id: Uuid | null
}

interface Named {
  id: Uuid
  name: string
  tags: string[]
}

/** A flow or a deployment: what runs inherit labels from. */
interface Labelled extends Named {
  labels: JsonObject | null
}

interface QueueAndPool {
  id: Uuid
  name: string
  pool_id: Uuid | null
  pool_name: string | null
  pool_type: string | null
}

export interface Relatives {
  flows: Map<Uuid, Labelled>
  deployments: Map<Uuid, Labelled & { flow_id: Uuid }>
  queues: Map<Uuid, QueueAndPool>
  taskRuns: Map<Uuid, Named>
}

/** Loads the relatives of all these runs. */
export async function loadRelatives(tx: Transaction, runs: readonly RelatedKeys[]): Promise<Relatives> {
  const ids = (column: keyof RelatedKeys): Uuid[] => [...new Set(runs.flatMap((run) => run[column] ?? []))]
  const [flows, deployments, queues, taskRuns] = await Promise.all([
    load<Labelled>(tx, ids('flow_id'), sql`SELECT id, name, tags, labels FROM flow`),
    load<Labelled & { flow_id: Uuid }>(tx, ids('deployment_id'), sql`SELECT id, name, tags, labels, flow_id FROM deployment`),
    load<QueueAndPool>(
      tx,
      ids('work_queue_id'),
      sql`SELECT work_queue.id, work_queue.name, work_pool.id AS pool_id, work_pool.name AS pool_name, work_pool.type AS pool_type
          FROM work_queue LEFT JOIN work_pool ON work_pool.id = work_queue.work_pool_id`,
      sql`work_queue.id`,
    ),
    load<Named>(tx, ids('parent_task_run_id'), sql`SELECT id, name, tags FROM task_run`),
  ])
  return { flows, deployments, queues, taskRuns }
}

async function load<Found extends { id: Uuid }>(tx: Transaction, ids: Uuid[], select: Sql, id = sql`id`): Promise<Map<Uuid, Found>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.query<Found>(sql`${select} WHERE ${sql.isIn(id, ids, 'uuid')}`)
  return new Map(rows.map((row) => [row.id, row]))
}

/** The related resources of a flow run: its relatives, the tags of all of them, and who made it. */
export function relatedResources(
  run: RelatedKeys & { tags: readonly string[]; created_by: JsonObject | null },
  relatives: Relatives,
): ResourceLabels[] {
  const flow = relatives.flows.get(run.flow_id)
  const deployment = relatives.deployments.get(run.deployment_id ?? '')
  const queue = relatives.queues.get(run.work_queue_id ?? '')
  const taskRun = relatives.taskRuns.get(run.parent_task_run_id ?? '')
  const related: ResourceLabels[] = []
  if (flow) related.push(resource('flow', flow.id, flow.name))
  if (deployment) related.push(resource('deployment', deployment.id, deployment.name))
  if (queue) related.push(resource('work-queue', queue.id, queue.name))
  if (queue?.pool_id) {
    related.push({ ...resource('work-pool', queue.pool_id, queue.pool_name ?? ''), 'prefect.work-pool.type': queue.pool_type ?? '' })
  }
  if (taskRun) related.push(resource('task-run', taskRun.id, taskRun.name))
  const tags = new Set([...run.tags, ...(flow?.tags ?? []), ...(deployment?.tags ?? []), ...(taskRun?.tags ?? [])])
  for (const tag of [...tags].toSorted(byCodePoint)) {
    related.push({ 'prefect.resource.id': `prefect.tag.${tag}`, 'prefect.resource.role': 'tag' })
  }
  return [...related, ...creatorResource(run.created_by)]
}

function resource(kind: string, id: Uuid, name: string): ResourceLabels {
  return { 'prefect.resource.id': `prefect.${kind}.${id}`, 'prefect.resource.role': kind, 'prefect.resource.name': name }
}

const creators: Record<string, string> = { DEPLOYMENT: 'deployment', AUTOMATION: 'automation' }

function creatorResource(createdBy: JsonObject | null): ResourceLabels[] {
  const kind = typeof createdBy?.type === 'string' ? creators[createdBy.type] : undefined
  if (createdBy === null || kind === undefined) return []
  const labels: ResourceLabels = { 'prefect.resource.id': `prefect.${kind}.${createdBy.id}`, 'prefect.resource.role': 'creator' }
  if (typeof createdBy.display_value === 'string' && createdBy.display_value !== '')
    labels['prefect.resource.name'] = createdBy.display_value
  return [labels]
}

/** Python sorts text by code points, JavaScript by UTF-16 units. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
