/**
 * Rows chosen by their relatives: flow runs of certain flows, deployments with late runs. A request sends a filter for each
 * kind of object, and a row counts when it has relatives that match. One table says how the kinds are tied together.
 *
 * A filter that is sent but empty is not the same as none: `flow_runs: {}` asks for flows that have a flow run.
 */
import { type Sql, sql } from '../../storage/sql.ts'
import { ArtifactCollectionFilter, ArtifactFilter } from '../artifacts/filter.ts'
import { BlockDocumentFilter } from '../block-documents/filter.ts'
import { BlockSchemaFilter } from '../block-schemas/filter.ts'
import { BlockTypeFilter } from '../block-types/filter.ts'
import { DeploymentFilter } from '../deployments/filter.ts'
import { FlowRunFilter } from '../flow-runs/filter.ts'
import { FlowFilter } from '../flows/filter.ts'
import { TaskRunFilter } from '../task-runs/filter.ts'
import { WorkPoolFilter } from '../work-pools/filter.ts'
import { WorkQueueFilter } from '../work-queues/filter.ts'

/** The filters by the names that requests give them (both kinds of artifacts are `artifacts` there). */
interface Kinds {
  flows: FlowFilter
  flow_runs: FlowRunFilter
  task_runs: TaskRunFilter
  deployments: DeploymentFilter
  work_pools: WorkPoolFilter
  work_pool_queues: WorkQueueFilter
  artifacts: ArtifactFilter
  artifact_collections: ArtifactCollectionFilter
  block_types: BlockTypeFilter
  block_schemas: BlockSchemaFilter
  block_documents: BlockDocumentFilter
}
type Kind = keyof Kinds

export type RelatedFilters = { [K in Kind]?: Kinds[K] | null }

const kinds: { [K in Kind]: { table: string; where: (value: Kinds[K] | null | undefined) => Sql } } = {
  flows: { table: 'flow', where: FlowFilter.where },
  flow_runs: { table: 'flow_run', where: FlowRunFilter.where },
  task_runs: { table: 'task_run', where: TaskRunFilter.where },
  deployments: { table: 'deployment', where: DeploymentFilter.where },
  work_pools: { table: 'work_pool', where: WorkPoolFilter.where },
  work_pool_queues: { table: 'work_queue', where: WorkQueueFilter.where },
  artifacts: { table: 'artifact', where: ArtifactFilter.where },
  artifact_collections: { table: 'artifact_collection', where: ArtifactCollectionFilter.where },
  block_types: { table: 'block_type', where: BlockTypeFilter.where },
  block_schemas: { table: 'block_schema', where: BlockSchemaFilter.where },
  block_documents: { table: 'block_document', where: BlockDocumentFilter.where },
}

interface Relative {
  kind: Kind
  /** Its own column, and the column of the row it is a relative of. */
  on: readonly [string, string]
  /** The relatives' relatives. */
  relatives?: readonly Relative[]
}

const flow: Relative = { kind: 'flows', on: ['id', 'flow_id'] }
const deployment: Relative = { kind: 'deployments', on: ['id', 'deployment_id'] }
const workPool: Relative = { kind: 'work_pools', on: ['id', 'work_pool_id'] }
const workQueue: Relative = { kind: 'work_pool_queues', on: ['id', 'work_queue_id'], relatives: [workPool] }
const taskRuns: Relative = { kind: 'task_runs', on: ['flow_run_id', 'id'] }
const artifactMakers: Relative[] = [
  { kind: 'flow_runs', on: ['id', 'flow_run_id'], relatives: [flow, deployment] },
  { kind: 'task_runs', on: ['id', 'task_run_id'] },
]

const relatives = {
  flows: [
    { kind: 'deployments', on: ['flow_id', 'id'], relatives: [workQueue] },
    { kind: 'flow_runs', on: ['flow_id', 'id'], relatives: [taskRuns] },
  ],
  flow_runs: [flow, deployment, workQueue, taskRuns],
  task_runs: [{ kind: 'flow_runs', on: ['id', 'flow_run_id'], relatives: [flow, deployment, workQueue] }],
  deployments: [flow, workQueue, { kind: 'flow_runs', on: ['deployment_id', 'id'], relatives: [taskRuns] }],
  artifacts: artifactMakers,
  artifact_collections: artifactMakers,
  block_types: [{ kind: 'block_schemas', on: ['block_type_id', 'id'] }],
  block_documents: [
    { kind: 'block_types', on: ['id', 'block_type_id'] },
    { kind: 'block_schemas', on: ['id', 'block_schema_id'] },
  ],
} satisfies Partial<Record<Kind, readonly Relative[]>>

/** The kinds whose rows may be chosen by their relatives. */
export type Target = keyof typeof relatives

/** The condition for rows of the table of `target`: its own filter, and relatives for every other filter that was sent. */
export function whereRelated(target: Target, filters: RelatedFilters): Sql {
  return sql.and([ownCondition(target, filters), ...relativesExist(relatives[target], kinds[target].table, filters)])
}

function ownCondition<K extends Kind>(kind: K, filters: RelatedFilters): Sql {
  return kinds[kind].where(filters[kind])
}

function relativesExist(members: readonly Relative[], table: string, filters: RelatedFilters): Sql[] {
  return members.flatMap((member) => {
    const { kind, on, relatives: further = [] } = member
    const relative = kinds[kind].table
    const conditions = relativesExist(further, relative, filters)
    if ((filters[kind] ?? null) !== null) conditions.unshift(ownCondition(kind, filters))
    else if (conditions.length === 0) return []
    const [own, other] = [sql.id(relative, on[0]), sql.id(table, on[1])]
    return isFew(member, filters)
      ? [sql`${other} IN (SELECT ${own} FROM ${sql.id(relative)} WHERE ${sql.and(conditions)})`]
      : [sql`EXISTS (SELECT 1 FROM ${sql.id(relative)} WHERE ${sql.and([sql`${own} = ${other}`, ...conditions])})`]
  })
}

/**
 * Whether certain objects are asked for, of which the rows are the many: then the databases had better start from those
 * (SQLite does not find that out itself), else from the rows, which have an order.
 */
function isFew({ kind, on, relatives: further = [] }: Relative, filters: RelatedFilters): boolean {
  const wanted: { id?: { any_?: string[] | null } | null; operator?: string } = filters[kind] ?? {}
  const named = wanted.operator !== 'or_' && (wanted.id?.any_ ?? null) !== null
  return on[0] === 'id' && (named || further.some((member) => isFew(member, filters)))
}
