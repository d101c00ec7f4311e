/** What a decision leaves to be written, sorted by table so that a group can write each table once. */
import type { Json } from '../values/json.ts'
import type { Timestamp } from '../values/timestamp.ts'
import type { Uuid } from '../values/uuid.ts'
import type { RunChanges } from './run.ts'
import type { SlotChanges } from './slots.ts'
import type { State } from './states.ts'

export interface Writes extends SlotChanges {
  /** The run itself first. */
  flowRuns: { id: Uuid; changes: RunChanges }[]
  /** The run itself first, or the parent task run of a subflow, or the failed task runs that an old client has restarted. */
  taskRuns: { id: Uuid; changes: RunChanges }[]
  /** Rows for flow_run_state; the state's `data` is in the artifact, not in the row. */
  flowRunStates: { flow_run_id: Uuid; state: State; result_artifact_id: Uuid | null }[]
  taskRunStates: { task_run_id: Uuid; state: State; result_artifact_id: Uuid | null }[]
  /** Results; one with a key belongs into artifact_collection too. */
  artifacts: ResultArtifact[]
  /** Rows for task_run_state_cache. */
  cachedStates: { cache_key: string; cache_expiration: Timestamp | null; task_run_state_id: Uuid }[]
  /** Background task runs that now wait for a task worker: at the end of the queue, or of the queue for retries, which goes first. */
  scheduledTaskRuns: ScheduledTaskRun[]
}

export interface ScheduledTaskRun {
  task_run_id: Uuid
  /** Of the state that it waits in: a run that waits again waits in another. */
  state_id: Uuid
  task_key: string
  queue: 'scheduled' | 'retry'
}

export interface ResultArtifact {
  id: Uuid
  key: string | null
  type: string | null
  description: string | null
  data: Json
  flow_run_id: Uuid | null
  task_run_id: Uuid | null
}

export const noWrites = (): Writes => ({
  flowRuns: [],
  taskRuns: [],
  flowRunStates: [],
  taskRunStates: [],
  artifacts: [],
  cachedStates: [],
  scheduledTaskRuns: [],
  tagLimits: [],
  limits: [],
  leases: [],
  revokedLeases: [],
})

/** Appends what is written besides slots. */
export function appendWrites(writes: Writes, more: Writes): void {
  writes.taskRuns.push(...more.taskRuns)
  writes.taskRunStates.push(...more.taskRunStates)
  writes.artifacts.push(...more.artifacts)
  writes.cachedStates.push(...more.cachedStates)
  writes.scheduledTaskRuns.push(...more.scheduledTaskRuns)
}
