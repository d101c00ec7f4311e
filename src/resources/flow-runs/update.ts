/** Changes to a flow run that are no transition. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { forChange } from '../../storage/locking.ts'
import { sql } from '../../storage/sql.ts'
import { updateTable } from '../../storage/statements.ts'
import type { JsonObject } from '../../values/json.ts'
import { isTruthy } from '../../values/python-truth.ts'
import type { Context } from '../context.ts'
import { selectDeploymentRows } from '../deployments/queries.ts'
import { runJobVariablesProblem } from '../deployments/run-job-variables.ts'
import { httpError, notFound, objectNotFound } from '../errors.ts'
import { noContent, type Reply, type Request } from '../route.ts'
import { generateSlug } from '../run-names.ts'
import { selectWorkPool } from '../work-pools/queries.ts'
import { selectFlowRun } from './records.ts'
import { FlowRunPolicy, noPolicy, SizedParameters } from './schemas.ts'

export const FlowRunUpdate = s.model(
  'FlowRunUpdate',
  {
    name: s.optional(
      s.before((name) => (isTruthy(name) ? name : generateSlug()), s.nullable(s.string()), 'set_name'),
      null,
    ),
    flow_version: s.optional(s.nullable(s.string()), null),
    parameters: s.optional(SizedParameters, () => ({})),
    empirical_policy: s.optional(FlowRunPolicy, noPolicy),
    tags: s.optional(s.list(s.string()), () => []),
    infrastructure_pid: s.optional(s.nullable(s.string()), null),
    job_variables: s.optional(s.nullable(s.dict()), null),
  },
  { extra: 'forbid' },
)

export async function updateFlowRun(context: Context, { params, body }: Request<Infer<typeof FlowRunUpdate>>): Promise<Reply> {
  const id = params.id ?? ''
  if (body.job_variables !== null) await refuseJobVariables(context, id, body.job_variables)
  const changed = await context.tx.execute(updateTable('flow_run', { ...s.onlySent(body), updated: context.now }, sql`id = ${id}`))
  if (changed === 0) throw notFound('Flow run not found')
  return noContent()
}

/** Job variables count when a run is submitted; only a scheduled run of a deployment still takes some, which its pool takes. */
async function refuseJobVariables(context: Context, id: string, variables: JsonObject): Promise<void> {
  const { tx } = context
  const run = await selectFlowRun(tx, id)
  if (run === null) throw notFound('Flow run not found')
  if (run.state === null) throw httpError(400, 'Flow run state is required to update job variables but none exists')
  if (run.state.type !== 'SCHEDULED') {
    throw httpError(400, `Job variables for a flow run in state ${run.state.type} cannot be updated`)
  }
  const [deployment] = await selectDeploymentRows(tx, sql`WHERE deployment.id = ${run.deployment_id}`)
  if (deployment === undefined) throw httpError(400, 'A deployment for the flow run could not be found')
  const pool = await selectWorkPool(tx, sql`id = ${deployment.pool_id}`)
  if (pool === null) return
  const problem = await runJobVariablesProblem(context, pool.base_job_template, deployment.infra_overrides, variables)
  if (problem !== null) throw httpError(422, `Error updating flow run: ${problem}`)
}

/** Merges labels into those that the run has. */
export async function updateFlowRunLabels({ tx, now }: Context, { params, body }: Request<JsonObject>): Promise<Reply> {
  const id = params.id ?? ''
  const [run] = await tx.query<{ labels: JsonObject | null }>(sql`SELECT labels FROM flow_run WHERE id = ${id}${forChange}`)
  if (run === undefined) throw objectNotFound(`Flow run with id ${id} not found`)
  await tx.execute(updateTable('flow_run', { labels: { ...run.labels, ...body }, updated: now }, sql`id = ${id}`))
  return noContent()
}
