/** `POST /task_runs/`, grouped. A run that is there already, by its flow run and keys, is given instead. */
import type { Facts } from '../../orchestration/facts.ts'
import type { SetTaskRunState } from '../../orchestration/orchestrate.ts'
import { Pending } from '../../orchestration/states.ts'
import type { Writes } from '../../orchestration/writes.ts'
import type { Infer } from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { forReference } from '../../storage/locking.ts'
import { sql } from '../../storage/sql.ts'
import type { JsonObject } from '../../values/json.ts'
import { type Uuid, uuid7 } from '../../values/uuid.ts'
import { integrityConflict } from '../errors.ts'
import type { Grouped, Member } from '../grouped.ts'
import { created, ok } from '../route.ts'
import { insertRunsWithStates } from '../run-states/new-runs.ts'
import { clientOf, proposedState } from '../run-states/orchestration.ts'
import { applyWrites } from '../run-states/writes.ts'
import { newTaskRun, selectTaskRuns, type TaskRunRecord, taskRunResponse } from './records.ts'
import type { TaskRunCreate } from './schemas.ts'
import { decideTransition, loadTaskTransitionFacts } from './set-state.ts'

type Body = Infer<typeof TaskRunCreate>

interface Working {
  drafts: Map<Member<Body>, SetTaskRunState & { run: TaskRunRecord }>
  flowRuns: Map<Uuid, FlowRunLabels>
  /** Runs by their keys, and the ids that are taken. */
  byKey: Map<string, TaskRunRecord>
  ids: Set<Uuid>
  facts: Facts
  made: TaskRunRecord[]
  writes: Writes[]
}

interface FlowRunLabels {
  id: Uuid
  labels: JsonObject | null
}

export const createTaskRun: Grouped<Body, Working> = {
  async load(tx, members, { now }) {
    const drafts = new Map(members.map((member) => [member, draftOf(member)]))
    const runs = [...drafts.values()].map((draft) => draft.run)
    const existing = await selectExisting(tx, runs)
    return {
      drafts,
      flowRuns: await selectFlowRunLabels(tx, runs),
      byKey: new Map(existing.map((run) => [keyOf(run), run])),
      ids: new Set(existing.map((run) => run.id)),
      facts: await loadTaskTransitionFacts(tx, [...drafts.values()], now),
      made: [],
      writes: [],
    }
  },

  decide(working, member, surroundings) {
    const draft = working.drafts.get(member)
    if (draft === undefined) throw new RangeError('a member of the group was not loaded')
    const { run } = draft
    const existing = working.byKey.get(keyOf(run))
    if (existing !== undefined) return ok(taskRunResponse(existing, member.now))
    const flowRun = working.flowRuns.get(run.flow_run_id ?? '')
    if (working.ids.has(run.id) || (run.flow_run_id !== null && flowRun === undefined)) throw integrityConflict()
    run.labels = inheritedLabels(run, flowRun)
    decideTransition(working, run, draft, member, surroundings)
    working.made.push(run)
    working.ids.add(run.id)
    working.byKey.set(keyOf(run), run)
    return created(taskRunResponse(run, member.now))
  },

  async write(tx, { made, writes }, { now }) {
    await insertRunsWithStates(
      tx,
      'task_run',
      made.map(({ state: _, ...columns }) => columns),
      writes,
      now,
    )
    const ids = new Set(made.map((run) => run.id))
    const rest = writes.map((each) => ({
      ...each,
      artifacts: [],
      taskRunStates: [],
      taskRuns: each.taskRuns.filter(({ id }) => !ids.has(id)),
    }))
    await applyWrites(tx, rest, now)
  },
}

function draftOf({ request, now }: Member<Body>): SetTaskRunState & { run: TaskRunRecord } {
  const { state, id, ...fields } = request.body
  const run: TaskRunRecord = { ...newTaskRun, ...fields, id: id ?? uuid7(), created: now, updated: now, state: null }
  return { run, initial: null, proposed: proposedState(state ?? Pending(), now), policy: null, force: true, ...clientOf(request.headers) }
}

const keyOf = (run: TaskRunRecord): string => JSON.stringify([run.flow_run_id, run.task_key, run.dynamic_key])

async function selectExisting(tx: Transaction, runs: readonly TaskRunRecord[]): Promise<TaskRunRecord[]> {
  const same = runs.map(
    (run) => sql`(task_run.dynamic_key = ${run.dynamic_key} AND task_run.task_key = ${run.task_key}
      AND task_run.flow_run_id ${run.flow_run_id === null ? sql`IS NULL` : sql`= ${run.flow_run_id}`})`,
  )
  const ids = runs.map((run) => run.id)
  return await selectTaskRuns(tx, sql`WHERE ${sql.or([sql.isIn(sql`task_run.id`, ids, 'uuid'), ...same])}`)
}

async function selectFlowRunLabels(tx: Transaction, runs: readonly TaskRunRecord[]): Promise<Map<Uuid, FlowRunLabels>> {
  const ids = [...new Set(runs.flatMap((run) => run.flow_run_id ?? []))]
  if (ids.length === 0) return new Map()
  const rows = await tx.query<FlowRunLabels>(sql`
    SELECT id, labels FROM flow_run WHERE ${sql.isIn(sql`id`, ids, 'uuid')} ORDER BY id${forReference}`)
  return new Map(rows.map((row) => [row.id, row]))
}

/** The flow run's labels, then the system's, then the run's own. */
function inheritedLabels(run: TaskRunRecord, flowRun: FlowRunLabels | undefined): JsonObject {
  if (flowRun === undefined) return run.labels ?? {}
  return { ...flowRun.labels, 'prefect.flow-run.id': flowRun.id, ...run.labels }
}
