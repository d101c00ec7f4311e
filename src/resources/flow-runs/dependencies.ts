/** `GET /flow_runs/{id}/graph`: every task run with the task runs whose results it was given. */
import { sql } from '../../storage/sql.ts'
import { isJsonObject, type Json } from '../../values/json.ts'
import type { Context } from '../context.ts'
import { objectNotFound } from '../errors.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { estimatedRunTime } from '../run-states/estimates.ts'
import { selectTaskRuns } from '../task-runs/records.ts'
import { selectFlowRun } from './records.ts'

export async function readTaskRunDependencies({ tx, now }: Context, { params }: Request): Promise<Reply> {
  const id = params.id ?? ''
  if ((await selectFlowRun(tx, id)) === null) throw objectNotFound(`Flow run with id ${id} not found`)
  const runs = await selectTaskRuns(tx, sql`WHERE task_run.flow_run_id = ${id} ORDER BY task_run.id DESC`)
  return ok(
    runs.map((run) => ({
      id: run.id,
      name: run.name,
      upstream_dependencies: upstream(run.task_inputs),
      state: run.state,
      expected_start_time: run.expected_start_time,
      start_time: run.start_time,
      end_time: run.end_time,
      total_run_time: run.total_run_time,
      estimated_run_time: estimatedRunTime(run, now),
      untrackable_result: run.state?.state_details.untrackable_result ?? false,
    })),
  )
}

/** Results of task runs among the inputs, each once. */
function upstream(inputs: Json): object[] {
  const values = isJsonObject(inputs) ? Object.values(inputs).flat() : []
  const ids = values.flatMap((value) =>
    isJsonObject(value) && value.input_type === 'task_run' && typeof value.id === 'string' ? [value.id] : [],
  )
  return [...new Set(ids)].map((id) => ({ input_type: 'task_run', id }))
}
