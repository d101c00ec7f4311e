/**
 * New flow runs, whoever asks for them: clients, deployments, the scheduler. A run with an idempotency key that its flow
 * already has is not made again; the other one is given instead. First states are governed by the minimal policy only.
 */
import { type Facts, settle } from '../../orchestration/facts.ts'
import { orchestrateFlowRun, type SetFlowRunState } from '../../orchestration/orchestrate.ts'
import type { State } from '../../orchestration/states.ts'
import type { Writes } from '../../orchestration/writes.ts'
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import type { JsonObject } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { integrityConflict } from '../errors.ts'
import type { Member, Surroundings } from '../grouped.ts'
import { insertRunsWithStates } from '../run-states/new-runs.ts'
import { circumstances } from '../run-states/orchestration.ts'
import { publishWrites } from '../run-states/publishing.ts'
import { applyWrites } from '../run-states/writes.ts'
import type { Placement } from './placement.ts'
import { type FlowRunColumns, type FlowRunRecord, selectFlowRuns } from './records.ts'
import { loadRelatives, type Relatives, relatedResources } from './related-resources.ts'
import { loadFlowRunFacts } from './set-state.ts'
import { flowRunStateChangeEvent } from './state-change-event.ts'

/** A run to be made, and the state that it is to begin in. */
export interface FlowRunDraft {
  run: FlowRunRecord
  state: State
  client: Pick<SetFlowRunState, 'apiVersion' | 'clientVersion'>
}

export interface NewFlowRuns {
  relatives: Relatives
  /** Block documents that drafts refer to and that exist. */
  documents: Set<string>
  facts: Facts
  /** Runs by flow and idempotency key: those that exist already, then those of this group. */
  byKey: Map<string, FlowRunRecord>
  made: FlowRunRecord[]
  writes: Writes[]
}

/** The columns of a draft as a record: no state yet, and where it is placed. */
export function draftRecord(columns: FlowRunColumns, placement: Placement | null): FlowRunRecord {
  const { queue_name = null, pool_id = null, pool_name = null } = placement ?? {}
  return { ...columns, state: null, queue_name, pool_id, pool_name }
}

/** As the reference stores them: its ORM's default fills in, its insert for runs with a key writes what it is given. */
export function storedJobVariables(asked: Pick<FlowRunColumns, 'job_variables' | 'idempotency_key'>): JsonObject | null {
  return asked.job_variables ?? (asked.idempotency_key ? null : {})
}

/** Loads what making these runs takes. */
export async function loadForNewFlowRuns(tx: Transaction, drafts: readonly FlowRunDraft[], now: Timestamp): Promise<NewFlowRuns> {
  const runs = drafts.map((draft) => draft.run)
  return {
    relatives: await loadRelatives(tx, runs),
    documents: await selectDocuments(tx, runs),
    facts: await loadFlowRunFacts(tx, drafts.map(transitionOf), now),
    byKey: await selectByKey(tx, runs),
    made: [],
    writes: [],
  }
}

/** Makes one run in the working copy. Throws the general 409 when an object that it refers to does not exist. */
export function makeFlowRun(
  working: NewFlowRuns,
  draft: FlowRunDraft,
  { now, emit, publish }: Pick<Member<unknown>, 'now' | 'emit' | 'publish'>,
  { settings }: Pick<Surroundings, 'settings'>,
): { run: FlowRunRecord; isNew: boolean } {
  const { run } = draft
  const key = keyOf(run)
  const existing = key === null ? undefined : working.byKey.get(key)
  if (existing !== undefined) return { run: existing, isNew: false }
  refuseDanglingReferences(run, working)
  run.labels = inheritedLabels(run, working.relatives)
  const outcome = orchestrateFlowRun(transitionOf(draft), circumstances(working.facts, now, settings))
  settle(working.facts, outcome.writes)
  // The run itself is inserted as it is after the transition; what else the transition writes is written as always.
  const [, ...others] = outcome.writes.flowRuns
  working.writes.push({ ...outcome.writes, flowRuns: others })
  Object.assign(run, outcome.run, { state: outcome.state })
  working.made.push(run)
  if (key !== null) working.byKey.set(key, run)
  if (outcome.announced !== null) {
    const { initial, validated } = outcome.announced
    emit(flowRunStateChangeEvent(run, initial, validated, relatedResources(run, working.relatives), validated.timestamp))
  }
  publishWrites(outcome.writes, publish)
  return { run, isNew: true }
}

/** Inserts the runs that were made with their states, and writes what else the transitions left. */
export async function writeNewFlowRuns(tx: Transaction, { made, writes }: NewFlowRuns, now: Timestamp): Promise<void> {
  await insertRunsWithStates(tx, 'flow_run', made.map(columnsOf), writes, now)
  await applyWrites(
    tx,
    writes.map((each) => ({ ...each, artifacts: [], flowRunStates: [] })),
    now,
  )
}

function transitionOf({ run, state, client }: FlowRunDraft): SetFlowRunState {
  return { run, initial: null, proposed: state, policy: null, force: true, ...client }
}

function refuseDanglingReferences(run: FlowRunRecord, { relatives, documents }: NewFlowRuns): void {
  const { parent_task_run_id: parent, infrastructure_document_id: document } = run
  const dangling =
    !relatives.flows.has(run.flow_id) ||
    (parent !== null && !relatives.taskRuns.has(parent)) ||
    (document !== null && !documents.has(document))
  if (dangling) throw integrityConflict()
}

/** The labels of the deployment, or of the flow, then the system's, then the run's own. */
function inheritedLabels(run: FlowRunRecord, relatives: Relatives): JsonObject {
  const deployment = relatives.deployments.get(run.deployment_id ?? '')
  if (deployment !== undefined) {
    const system = { 'prefect.flow.id': deployment.flow_id, 'prefect.deployment.id': deployment.id }
    return { ...deployment.labels, ...system, ...run.labels }
  }
  return { ...relatives.flows.get(run.flow_id)?.labels, 'prefect.flow.id': run.flow_id, ...run.labels }
}

async function selectDocuments(tx: Transaction, runs: readonly FlowRunRecord[]): Promise<Set<string>> {
  const ids = [...new Set(runs.flatMap((run) => run.infrastructure_document_id ?? []))]
  if (ids.length === 0) return new Set()
  const rows = await tx.query<{ id: string }>(sql`SELECT id FROM block_document WHERE ${sql.isIn(sql`id`, ids, 'uuid')}`)
  return new Set(rows.map((row) => row.id))
}

async function selectByKey(tx: Transaction, runs: readonly FlowRunRecord[]): Promise<Map<string, FlowRunRecord>> {
  const keyed = runs.filter((run) => keyOf(run) !== null)
  if (keyed.length === 0) return new Map()
  const flows = [...new Set(keyed.map((run) => run.flow_id))]
  const keys = [...new Set(keyed.map((run) => run.idempotency_key))]
  const existing = await selectFlowRuns(
    tx,
    sql`WHERE ${sql.isIn(sql`flow_run.flow_id`, flows, 'uuid')} AND ${sql.isIn(sql`flow_run.idempotency_key`, keys, 'text')}`,
  )
  return new Map(existing.map((run) => [keyOf(run) ?? '', run]))
}

/** An empty key is none, as in the reference. */
function keyOf(run: FlowRunColumns): string | null {
  return run.idempotency_key ? `${run.flow_id}/${run.idempotency_key}` : null
}

function columnsOf({ state: _state, queue_name: _queue, pool_id: _pool, pool_name: _name, ...run }: FlowRunRecord): FlowRunColumns {
  return run
}
