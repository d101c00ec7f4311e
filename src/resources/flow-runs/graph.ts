/** `GET /flow_runs/{id}/graph-v2`: the tasks and subflows of a run and how they depend on each other. */
import type { StateType } from '../../orchestration/states.ts'
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import type { Json } from '../../values/json.ts'
import { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { httpError, objectNotFound } from '../errors.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { selectStates } from '../run-states/routes.ts'
import { type GraphRow, graphNodes } from './graph-nodes.ts'

export const GraphQuery = s.query({ since: s.optional(s.plainDatetime(), () => earliest) })

const earliest = Timestamp.fromCanonical('0001-01-01T00:00:00.000000Z')

export async function readFlowRunGraph(
  { tx, settings }: Context,
  { params, query }: Request<unknown, s.Infer<typeof GraphQuery>>,
): Promise<Reply> {
  const id = params.id ?? ''
  const run = await selectSpan(tx, id)
  if (run === null) throw objectNotFound(`Flow run ${id} not found`)
  const most = settings.get('PREFECT_SERVER_FLOW_RUN_GRAPH_MAX_NODES')
  const rows = await selectRows(tx, id)
  const shown = rows.filter((row) => row.end_time === null || !row.end_time.isBefore(query.since))
  if (new Set(shown.map((row) => row.id)).size > most) throw httpError(400, `The graph of flow run ${id} has more than ${most} nodes.`)
  const artifacts = await selectArtifacts(tx, id, settings.get('PREFECT_SERVER_FLOW_RUN_GRAPH_MAX_ARTIFACTS'))
  const nodes = graphNodes(rows, query.since).map((node) => ({ ...node, artifacts: artifacts.get(node.id) ?? [] }))
  const states = await selectStates(tx, 'flow_run', sql`WHERE state.flow_run_id = ${id} ORDER BY state.timestamp ASC`)
  return ok({
    ...run,
    root_node_ids: nodes.filter((node) => node.parents.length === 0).map((node) => node.id),
    nodes: nodes.map((node) => [node.id, node]),
    artifacts: artifacts.get(null) ?? [],
    states: states.map(({ id: stateId, timestamp, type, name }) => ({ id: stateId, timestamp, type, name })),
  })
}

interface Span {
  start_time: Timestamp | null
  end_time: Timestamp | null
}

async function selectSpan(tx: Transaction, id: Uuid): Promise<Span | null> {
  const [run] = await tx.query<Span & { expected_start_time: Timestamp | null }>(sql`
    SELECT start_time, expected_start_time, end_time FROM flow_run WHERE id = ${id}`)
  return run === undefined ? null : { start_time: run.start_time ?? run.expected_start_time, end_time: run.end_time }
}

interface Candidate extends Span {
  id: Uuid
  name: string
  state_type: StateType | null
  expected_start_time: Timestamp | null
  task_inputs: Json
  subflow_id: Uuid | null
  subflow_name: string | null
  flow_name: string | null
  subflow_state_type: StateType | null
  subflow_start_time: Timestamp | null
  subflow_expected_start_time: Timestamp | null
  subflow_end_time: Timestamp | null
}

/** The task runs of the flow run; one that stands for a subflow is shown as the subflow's run. */
async function selectRows(tx: Transaction, id: Uuid): Promise<GraphRow[]> {
  const candidates = await tx.query<Candidate>(sql`
    SELECT task_run.id, task_run.name, task_run.state_type, task_run.start_time, task_run.expected_start_time, task_run.end_time,
      task_run.task_inputs, subflow.id AS subflow_id, subflow.name AS subflow_name, flow.name AS flow_name,
      subflow.state_type AS subflow_state_type, subflow.start_time AS subflow_start_time,
      subflow.expected_start_time AS subflow_expected_start_time, subflow.end_time AS subflow_end_time
    FROM task_run
    LEFT JOIN flow_run AS subflow ON subflow.parent_task_run_id = task_run.id
    LEFT JOIN flow ON flow.id = subflow.flow_id
    WHERE task_run.flow_run_id = ${id}`)
  return candidates.flatMap((candidate) => {
    const isSubflow = candidate.subflow_id !== null
    const start =
      candidate.subflow_start_time ?? candidate.subflow_expected_start_time ?? candidate.start_time ?? candidate.expected_start_time
    if (start === null) return []
    const atOnce = candidate.state_type === 'COMPLETED' ? candidate.expected_start_time : null
    return {
      kind: isSubflow ? 'flow-run' : 'task-run',
      id: candidate.subflow_id ?? candidate.id,
      label: isSubflow ? `${candidate.flow_name} / ${candidate.subflow_name}` : candidate.name,
      state_type: candidate.subflow_state_type ?? candidate.state_type,
      start_time: start,
      end_time: candidate.subflow_end_time ?? candidate.end_time ?? atOnce,
      inputs: candidate.task_inputs,
    }
  })
}

interface Artifact {
  id: Uuid
  created: Timestamp
  key: string | null
  type: string
  data: Json
  task_run_id: Uuid | null
  collection_id: Uuid | null
}

/** Artifacts by task run; those of the flow run itself are under null. Only progress shows its data. */
async function selectArtifacts(tx: Transaction, id: Uuid, most: number): Promise<Map<Uuid | null, object[]>> {
  const artifacts = await tx.query<Artifact>(sql`
    SELECT artifact.id, artifact.created, artifact.key, artifact.type, artifact.data, artifact.task_run_id,
      artifact_collection.id AS collection_id
    FROM artifact
    LEFT JOIN artifact_collection ON artifact_collection.key = artifact.key AND artifact_collection.latest_id = artifact.id
    WHERE artifact.flow_run_id = ${id} AND artifact.type <> 'result'
    ORDER BY artifact.created ASC LIMIT ${most}`)
  const byTask = new Map<Uuid | null, object[]>()
  for (const { id: artifactId, created, key, type, data, task_run_id: task, collection_id } of artifacts) {
    const shown = {
      id: artifactId,
      created,
      key,
      type,
      is_latest: key === null || collection_id !== null,
      data: type === 'progress' ? data : null,
    }
    byTask.set(task, [...(byTask.get(task) ?? []), shown])
  }
  return byTask
}
