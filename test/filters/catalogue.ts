/** Everything that is compared: the filters and sorts with their tables, and which filters a kind of object may have. */
import { ArtifactCollectionFilter, ArtifactFilter } from '../../src/resources/artifacts/filter.ts'
import { ArtifactCollectionSort, ArtifactSort } from '../../src/resources/artifacts/sort.ts'
import { AutomationFilter } from '../../src/resources/automations/filter.ts'
import { AutomationSort } from '../../src/resources/automations/sort.ts'
import { BlockDocumentFilter } from '../../src/resources/block-documents/filter.ts'
import { BlockDocumentSort } from '../../src/resources/block-documents/sort.ts'
import { BlockSchemaFilter } from '../../src/resources/block-schemas/filter.ts'
import { BlockTypeFilter } from '../../src/resources/block-types/filter.ts'
import { DeploymentFilter } from '../../src/resources/deployments/filter.ts'
import { DeploymentSort } from '../../src/resources/deployments/sort.ts'
import type { Filter } from '../../src/resources/filtering/filter.ts'
import type { RelatedFilters, Target } from '../../src/resources/filtering/related.ts'
import type { Sort } from '../../src/resources/filtering/sort.ts'
import { FlowRunFilter } from '../../src/resources/flow-runs/filter.ts'
import { FlowRunSort } from '../../src/resources/flow-runs/sort.ts'
import { FlowFilter } from '../../src/resources/flows/filter.ts'
import { FlowSort } from '../../src/resources/flows/sort.ts'
import { LogFilter } from '../../src/resources/logs/filter.ts'
import { LogSort } from '../../src/resources/logs/sort.ts'
import { TaskRunFilter } from '../../src/resources/task-runs/filter.ts'
import { TaskRunSort } from '../../src/resources/task-runs/sort.ts'
import { VariableFilter } from '../../src/resources/variables/filter.ts'
import { VariableSort } from '../../src/resources/variables/sort.ts'
import { WorkPoolFilter } from '../../src/resources/work-pools/filter.ts'
import { WorkQueueFilter } from '../../src/resources/work-queues/filter.ts'
import { WorkerFilter } from '../../src/resources/workers/filter.ts'

export type FilterName =
  | 'ArtifactCollectionFilter'
  | 'ArtifactFilter'
  | 'AutomationFilter'
  | 'BlockDocumentFilter'
  | 'BlockSchemaFilter'
  | 'BlockTypeFilter'
  | 'DeploymentFilter'
  | 'FlowFilter'
  | 'FlowRunFilter'
  | 'LogFilter'
  | 'TaskRunFilter'
  | 'VariableFilter'
  | 'WorkPoolFilter'
  | 'WorkQueueFilter'
  | 'WorkerFilter'

export const filters: Readonly<Record<FilterName, { table: string; filter: Filter<unknown> }>> = {
  ArtifactCollectionFilter: { table: 'artifact_collection', filter: ArtifactCollectionFilter },
  ArtifactFilter: { table: 'artifact', filter: ArtifactFilter },
  AutomationFilter: { table: 'automation', filter: AutomationFilter },
  BlockDocumentFilter: { table: 'block_document', filter: BlockDocumentFilter },
  BlockSchemaFilter: { table: 'block_schema', filter: BlockSchemaFilter },
  BlockTypeFilter: { table: 'block_type', filter: BlockTypeFilter },
  DeploymentFilter: { table: 'deployment', filter: DeploymentFilter },
  FlowFilter: { table: 'flow', filter: FlowFilter },
  FlowRunFilter: { table: 'flow_run', filter: FlowRunFilter },
  LogFilter: { table: 'log', filter: LogFilter },
  TaskRunFilter: { table: 'task_run', filter: TaskRunFilter },
  VariableFilter: { table: 'variable', filter: VariableFilter },
  WorkPoolFilter: { table: 'work_pool', filter: WorkPoolFilter },
  WorkQueueFilter: { table: 'work_queue', filter: WorkQueueFilter },
  WorkerFilter: { table: 'worker', filter: WorkerFilter },
}

export const filterNames = Object.keys(filters).filter((name): name is FilterName => name in filters)

export const models: Readonly<Record<keyof RelatedFilters, FilterName>> = {
  flows: 'FlowFilter',
  flow_runs: 'FlowRunFilter',
  task_runs: 'TaskRunFilter',
  deployments: 'DeploymentFilter',
  work_pools: 'WorkPoolFilter',
  work_pool_queues: 'WorkQueueFilter',
  artifacts: 'ArtifactFilter',
  artifact_collections: 'ArtifactCollectionFilter',
  block_types: 'BlockTypeFilter',
  block_schemas: 'BlockSchemaFilter',
  block_documents: 'BlockDocumentFilter',
}

/** The filters that the reference accepts for each kind of object. */
export const targets: Readonly<Record<Target, readonly (keyof RelatedFilters)[]>> = {
  flows: ['flows', 'flow_runs', 'task_runs', 'deployments', 'work_pools'],
  flow_runs: ['flows', 'flow_runs', 'task_runs', 'deployments', 'work_pools', 'work_pool_queues'],
  // With a pool and without a queue the reference fails here; nothing in its API asks for that.
  task_runs: ['flows', 'flow_runs', 'task_runs', 'deployments'],
  deployments: ['flows', 'flow_runs', 'task_runs', 'deployments', 'work_pools', 'work_pool_queues'],
  artifacts: ['artifacts', 'flows', 'flow_runs', 'task_runs', 'deployments'],
  artifact_collections: ['artifact_collections', 'flows', 'flow_runs', 'task_runs', 'deployments'],
  block_types: ['block_types', 'block_schemas'],
  block_documents: ['block_documents', 'block_types', 'block_schemas'],
}

export const targetNames = Object.keys(targets).filter((name): name is Target => name in targets)

export const sorts: readonly { name: string; table: string; sort: Sort<string>; words: readonly string[] }[] = [
  { name: 'ArtifactCollectionSort', table: 'artifact_collection', sort: ArtifactCollectionSort, words: ArtifactCollectionSort.words },
  { name: 'ArtifactSort', table: 'artifact', sort: ArtifactSort, words: ArtifactSort.words },
  { name: 'AutomationSort', table: 'automation', sort: AutomationSort, words: AutomationSort.words },
  { name: 'BlockDocumentSort', table: 'block_document', sort: BlockDocumentSort, words: BlockDocumentSort.words },
  { name: 'DeploymentSort', table: 'deployment', sort: DeploymentSort, words: DeploymentSort.words },
  { name: 'FlowRunSort', table: 'flow_run', sort: FlowRunSort, words: FlowRunSort.words },
  { name: 'FlowSort', table: 'flow', sort: FlowSort, words: FlowSort.words },
  { name: 'LogSort', table: 'log', sort: LogSort, words: LogSort.words },
  { name: 'TaskRunSort', table: 'task_run', sort: TaskRunSort, words: TaskRunSort.words },
  { name: 'VariableSort', table: 'variable', sort: VariableSort, words: VariableSort.words },
]
