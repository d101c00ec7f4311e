import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { forReference } from '../../storage/locking.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto, updateTable, type Values } from '../../storage/statements.ts'
import type { JsonObject } from '../../values/json.ts'
import { type Uuid, uuid7 } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { httpError, integrityConflict, invalidRequest } from '../errors.ts'
import { created, ok, type Reply, type Request } from '../route.ts'
import { requireConcurrencyLimit, setConcurrencyLimit } from './concurrency-limit.ts'
import { refuseJobVariables, workQueueOf } from './placement.ts'
import { type DeploymentRecord, lockDeployment, selectDeployment, selectDeployments } from './queries.ts'
import { deploymentResponse } from './response.ts'
import { deleteScheduledRuns } from './scheduled-runs.ts'
import { replaceSchedules } from './schedules.ts'
import { type DeploymentCreate, DeploymentName } from './schemas.ts'
import { tellOfChange, tellOfCreation } from './tell.ts'

type Body = Infer<typeof DeploymentCreate>

/** Columns that are named like their fields. */
const plainColumns = [
  'name',
  'flow_id',
  'paused',
  'concurrency_options',
  'enforce_parameter_schema',
  'parameter_openapi_schema',
  'parameters',
  'tags',
  'pull_steps',
  'work_queue_name',
  'storage_document_id',
  'infrastructure_document_id',
  'description',
  'path',
  'version',
  'entrypoint',
] as const

/** Blocks that a deployment may refer to. */
const blocks = [
  ['infrastructure_document_id', 'infrastructure'],
  ['storage_document_id', 'storage'],
] as const

/**
 * Creates a deployment, 201; one of the same flow and name takes over what was sent, 200. Its schedules are replaced either
 * way, and runs that the old ones have made are deleted.
 */
export async function createDeployment(context: Context, { body }: Request<Body>): Promise<Reply> {
  const { tx } = context
  await refuseJobVariables(context, body)
  const columns = await columnsOf(context, body)
  await requireReferences(context, body)
  const { id, before } = await upsert(context, body, columns)
  await deleteScheduledRuns(context, [id], { autoScheduledOnly: true, futureOnly: true })
  await replaceSchedules(context, id, body.schedules)
  if (s.sentFields(body).has('concurrency_limit')) await setConcurrencyLimit(context, id, body.concurrency_limit)
  const deployment = await selectDeployment(tx, id)
  if (deployment === null) throw integrityConflict()
  if (before === null) await tellOfCreation(context, deployment)
  else await tellOfChange(context, before, deployment)
  return before === null ? created(deploymentResponse(deployment)) : ok(deploymentResponse(deployment))
}

/** What was sent, as columns. */
async function columnsOf(context: Context, body: Body): Promise<Values> {
  const sent = s.sentFields(body)
  const columns: Values = {}
  for (const column of plainColumns) if (sent.has(column)) columns[column] = body[column]
  if (sent.has('job_variables')) columns.infra_overrides = body.job_variables
  if (sent.has('global_concurrency_limit_id')) {
    const { global_concurrency_limit_id: limit } = body
    if (limit !== null) await requireConcurrencyLimit(context, limit)
    columns.concurrency_limit_id = limit
  }
  const queue = await workQueueOf(context, body)
  if (queue !== undefined) columns.work_queue_id = queue
  return columns
}

async function requireReferences({ tx }: Context, body: Body): Promise<void> {
  const issues: s.ValidationIssue[] = []
  if (s.collect(DeploymentName, body.name, ['body', 'name'], issues) === s.invalid) throw invalidRequest(issues, body)
  for (const [field, kind] of blocks) {
    const id = body[field]
    if (id === null) continue
    const found = await tx.query(sql`SELECT id FROM block_document WHERE id = ${id}${forReference}`)
    if (found.length > 0) continue
    throw httpError(
      409,
      `Error creating deployment. Could not find ${kind} block with id: ${id}. This usually occurs when applying a deployment` +
        ' specification that was built against a different Prefect database / workspace.',
    )
  }
}

/** Inserts the deployment or changes the one that is there, which is given as it was. */
async function upsert(context: Context, body: Body, columns: Values): Promise<{ id: Uuid; before: DeploymentRecord | null }> {
  const { tx, now } = context
  const [flow] = await tx.query<{ labels: JsonObject | null }>(sql`SELECT labels FROM flow WHERE id = ${body.flow_id}${forReference}`)
  if (flow === undefined) throw integrityConflict()
  const labels = { ...flow.labels, 'prefect.flow.id': body.flow_id, ...body.labels }
  const id = uuid7()
  // What a new deployment has when nothing was sent, beside what the columns' defaults say.
  const row = { parameter_openapi_schema: {}, pull_steps: [], enforce_parameter_schema: true, ...columns, labels }
  const inserted = await tx.execute(insertInto('deployment', { ...row, id, created: now, updated: now }, { onConflict: 'nothing' }))
  if (inserted === 1) return { id, before: null }
  const theirs = sql`flow_id = ${body.flow_id} AND name = ${body.name}`
  await lockDeployment(tx, theirs)
  const [before] = await selectDeployments(tx, sql`WHERE deployment.flow_id = ${body.flow_id} AND deployment.name = ${body.name}`)
  if (before === undefined) throw integrityConflict()
  await tx.execute(updateTable('deployment', { ...columns, labels, updated: now }, sql`id = ${before.id}`))
  return { id: before.id, before }
}
