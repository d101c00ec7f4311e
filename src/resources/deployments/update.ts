import { HydrationError } from '../../events/hydration.ts'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import { updateTable, type Values } from '../../storage/statements.ts'
import { isJsonObject, type JsonObject } from '../../values/json.ts'
import { pythonRepr } from '../../values/python-text.ts'
import type { Context } from '../context.ts'
import { type ApiError, httpError, integrityConflict, notFound } from '../errors.ts'
import { collectIssues } from '../parameter-schemas/validation.ts'
import { noContent, type Reply, type Request } from '../route.ts'
import { requiredWorkPool } from '../work-pools/handlers.ts'
import { requireConcurrencyLimit, setConcurrencyLimit } from './concurrency-limit.ts'
import { contextFor, hydrated, type ParametersProblem, parametersProblem } from './parameters.ts'
import { workQueueOf } from './placement.ts'
import { type DeploymentRecord, lockDeployment, selectDeployment, selectDeploymentRows } from './queries.ts'
import { type ScheduleChanges, scheduleChanges } from './schedule-changes.ts'
import type { ScheduleUpdate } from './schedule-schemas.ts'
import { deleteScheduledRuns } from './scheduled-runs.ts'
import { changeSchedule, insertSchedules, type NewSchedule, replaceSchedules } from './schedules.ts'
import type { DeploymentUpdate } from './schemas.ts'
import { tellOfChange } from './tell.ts'

type Body = Infer<typeof DeploymentUpdate>

/** Columns that are named like their fields. */
const plainColumns = [
  'version',
  'description',
  'paused',
  'concurrency_options',
  'parameter_openapi_schema',
  'tags',
  'work_queue_name',
  'path',
  'pull_steps',
  'entrypoint',
  'storage_document_id',
  'infrastructure_document_id',
  'enforce_parameter_schema',
] as const

/** Changes what was sent; runs that are scheduled by what the deployment was before are deleted. */
export async function updateDeployment(context: Context, { params, body }: Request<Body>): Promise<Reply> {
  const { tx, now } = context
  const { id = '' } = params
  await lockDeployment(tx, sql`id = ${id}`)
  const before = await selectDeployment(tx, id)
  if (before === null) throw notFound('Deployment not found.')
  const sent = s.sentFields(body)
  const schedules = scheduleChanges(before.schedules, body.schedules)
  if (body.work_pool_name) await refuseJobVariables(context, body.work_pool_name, body.job_variables)
  const parameters = await parametersOf(context, before, body)
  if (body.global_concurrency_limit_id !== null) await requireConcurrencyLimit(context, body.global_concurrency_limit_id)
  const columns = await columnsOf(context, body, sent)
  if (sent.has('parameters')) columns.parameters = body.parameters === null ? null : parameters
  await tx.execute(updateTable('deployment', { ...columns, updated: now }, sql`id = ${id}`))
  await deleteScheduledRuns(context, [id], { autoScheduledOnly: true, futureOnly: true })
  if (schedules !== 'replace') await applyScheduleChanges(context, id, schedules)
  else if (sent.has('schedules')) await replaceSchedules(context, id, body.schedules.flatMap(newSchedule))
  if (sent.has('concurrency_limit')) await setConcurrencyLimit(context, id, body.concurrency_limit)
  const [after] = await selectDeploymentRows(tx, sql`WHERE deployment.id = ${id}`)
  if (after !== undefined) await tellOfChange(context, before, after)
  return noContent()
}

/** Older than the check of new deployments, it does not look at the template's defaults; and it says 409. */
async function refuseJobVariables({ tx }: Context, poolName: string, variables: JsonObject | null): Promise<void> {
  const { base_job_template: template } = await requiredWorkPool(tx, poolName)
  const { variables: schema = null } = template
  if (variables === null || !isJsonObject(schema)) return
  const [issue] = collectIssues(variables, schema, { ignoreRequired: true })
  if (issue !== undefined) throw httpError(409, `Error creating deployment: <ValidationError: ${pythonRepr(issue.message)}>`)
}

/** The parameters after the update, which fit the schema after the update when that is enforced. */
async function parametersOf({ tx }: Context, before: DeploymentRecord, body: Body): Promise<JsonObject> {
  const parameters = body.parameters === null ? before.parameters : await hydratedParameters(tx, body.parameters)
  if (body.enforce_parameter_schema ?? before.enforce_parameter_schema) {
    const schema = body.parameter_openapi_schema ?? before.parameter_openapi_schema
    const problem = parametersProblem(parameters, schema, { ignoreRequired: true })
    if (problem !== null) throw refusals[problem.kind](problem.message)
  }
  return parameters
}

const refusals: Record<ParametersProblem['kind'], (message: string) => ApiError> = {
  unenforceable: (message) => httpError(409, message),
  schema: (message) => httpError(422, message),
  parameters: (message) => httpError(409, `Error updating deployment: ${message}`),
}

async function hydratedParameters(tx: Context['tx'], parameters: JsonObject): Promise<JsonObject> {
  try {
    return hydrated(parameters, await contextFor(tx, [parameters]))
  } catch (error) {
    if (error instanceof HydrationError) throw httpError(400, `Error hydrating deployment parameters: ${error.message}`)
    throw error
  }
}

async function columnsOf(context: Context, body: Body, sent: ReadonlySet<string>): Promise<Values> {
  const columns: Values = {}
  for (const column of plainColumns) if (sent.has(column)) columns[column] = body[column]
  if (body.job_variables !== null) columns.infra_overrides = body.job_variables
  if (sent.has('global_concurrency_limit_id')) columns.concurrency_limit_id = body.global_concurrency_limit_id
  const leavesPool = sent.has('work_pool_name') && body.work_pool_name === null
  const queue = leavesPool ? null : await workQueueOf(context, body)
  if (queue !== undefined) columns.work_queue_id = queue
  return columns
}

async function applyScheduleChanges(context: Context, deployment: string, { changed, added }: ScheduleChanges): Promise<void> {
  const { tx, now } = context
  const theirs = sql`deployment_id = ${deployment}`
  const renamed: { where: ReturnType<typeof sql>; change: ScheduleUpdate }[] = []
  // Slugs may change hands: all that are to change are set free first.
  for (const { slug, change } of changed) {
    if (!change.replaces) continue
    const [row] = await tx.query<{ id: string }>(sql`SELECT id FROM deployment_schedule WHERE ${theirs} AND slug = ${slug}`)
    if (row === undefined) throw notFound(`Schedule with slug '${slug}' no longer exists.`)
    renamed.push({ where: sql`id = ${row.id}`, change })
  }
  for (const { where } of renamed) await tx.execute(updateTable('deployment_schedule', { slug: null, updated: now }, where))
  for (const { where, change } of renamed) await changeSchedule(context, where, change)
  for (const { slug, change } of changed) {
    if (!change.replaces) await changeSchedule(context, sql`${theirs} AND slug = ${slug}`, change)
  }
  if ((await insertSchedules(context, deployment, added.flatMap(newSchedule))) === null) throw integrityConflict()
}

/** What an update says of a schedule, as a new one; none when it has no dates. */
function newSchedule({ schedule, active, parameters, slug }: ScheduleUpdate): NewSchedule[] {
  return schedule === null ? [] : [{ schedule, active: active ?? true, parameters, slug }]
}
