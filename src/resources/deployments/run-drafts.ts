/** Runs of deployments, on their way to be made: what a deployment gives to them, and why it may refuse to. */

import { type HydrationContext, HydrationError } from '../../events/hydration.ts'
import { Scheduled } from '../../orchestration/states.ts'
import type { Infer } from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { forReference } from '../../storage/locking.ts'
import { sql } from '../../storage/sql.ts'
import type { JsonObject } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { type Uuid, uuid7 } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { type ApiError, httpError, notFound } from '../errors.ts'
import { draftRecord, type FlowRunDraft, storedJobVariables } from '../flow-runs/new-flow-runs.ts'
import type { Placement } from '../flow-runs/placement.ts'
import { newFlowRun } from '../flow-runs/records.ts'
import { createdBy } from '../provenance.ts'
import type { RequestHeaders } from '../route.ts'
import { clientOf, proposedState } from '../run-states/orchestration.ts'
import { contextFor, hydrated, parametersProblem } from './parameters.ts'
import { type DeploymentRow, selectDeploymentRows } from './queries.ts'
import { runJobVariablesProblem } from './run-job-variables.ts'
import type { DeploymentFlowRunCreate } from './schemas.ts'

export type RunRequest = Infer<typeof DeploymentFlowRunCreate>

/** What runs are made from. */
export interface RunSources {
  deployments: Map<Uuid, DeploymentRow>
  hydration: HydrationContext | null
  /** Templates of the deployments' work pools. */
  templates: Map<Uuid, JsonObject>
  /** Queues that requests name, by pool and name. */
  queues: Map<string, Uuid>
}

/** Loads what runs are made from, of one deployment or of many. */
export async function loadRunSources(tx: Transaction, deployments: readonly Uuid[], bodies: readonly RunRequest[]): Promise<RunSources> {
  const ids = [...new Set(deployments)].toSorted()
  const chosen = sql.isIn(sql`deployment.id`, ids, 'uuid')
  if (tx.dialect === 'postgres') await tx.query(sql`SELECT id FROM deployment WHERE ${chosen} ORDER BY id${forReference}`)
  const rows = await selectDeploymentRows(tx, sql`WHERE ${chosen}`)
  const names = [...new Set(bodies.flatMap((body) => body.work_queue_name || []))]
  const pools = [...new Set(rows.flatMap((row) => row.pool_id ?? []))]
  return {
    deployments: new Map(rows.map((row) => [row.id, row])),
    hydration: await contextFor(tx, [...rows.map((row) => row.parameters), ...bodies.map((body) => body.parameters)]),
    templates: await selectTemplates(tx, pools),
    queues: await selectQueues(tx, pools, names),
  }
}

async function selectTemplates(tx: Transaction, pools: readonly Uuid[]): Promise<Map<Uuid, JsonObject>> {
  if (pools.length === 0) return new Map()
  const rows = await tx.query<{ id: Uuid; base_job_template: JsonObject }>(
    sql`SELECT id, base_job_template FROM work_pool WHERE ${sql.isIn(sql`id`, pools, 'uuid')}`,
  )
  return new Map(rows.map((row) => [row.id, row.base_job_template]))
}

async function selectQueues(tx: Transaction, pools: readonly Uuid[], names: readonly string[]): Promise<Map<string, Uuid>> {
  if (pools.length === 0 || names.length === 0) return new Map()
  const rows = await tx.query<{ id: Uuid; name: string; work_pool_id: Uuid }>(sql`
    SELECT id, name, work_pool_id FROM work_queue
    WHERE ${sql.isIn(sql`work_pool_id`, pools, 'uuid')} AND ${sql.isIn(sql`name`, names, 'text')}`)
  return new Map(rows.map((row) => [`${row.work_pool_id}/${row.name}`, row.id]))
}

type Refused = 'hydration' | 'unenforceable' | 'schema' | 'parameters' | 'job variables' | 'no pool'

/** Why a run is not made: as the answer to a request of its own, and in the list of a bulk request. */
const refusals: Record<Refused, { alone(message: string): ApiError; inBulk(message: string): string }> = {
  hydration: {
    alone: (message) => httpError(400, `Error hydrating flow run parameters: ${message}`),
    inBulk: (message) => message,
  },
  unenforceable: {
    alone: (message) => httpError(409, message),
    inBulk: () => 'Parameter schema enforcement is enabled but deployment has no valid schema.',
  },
  schema: {
    alone: (message) => httpError(422, message),
    inBulk: (message) => (message.includes('circular') ? 'Invalid schema: circular references detected.' : message),
  },
  parameters: {
    alone: (message) => httpError(409, `Error creating flow run: ${message}`),
    inBulk: (message) => `Parameter validation failed: ${message}`,
  },
  'job variables': {
    alone: (message) => httpError(422, `Error creating flow run: ${message}`),
    inBulk: (message) => `Error creating flow run: ${message}`,
  },
  'no pool': {
    alone: (message) => httpError(400, message),
    inBulk: (message) => message.replace(/ deployment \S+ is/, ' deployment is').replace(/ Please remove.*$/, ''),
  },
}

/** A run that is not made. */
export class RunRefused extends Error {
  readonly refused: Refused
  constructor(refused: Refused, message: string) {
    super(message)
    this.refused = refused
  }

  get reply(): ApiError {
    return refusals[this.refused].alone(this.message)
  }

  get inBulk(): string {
    return refusals[this.refused].inBulk(this.message)
  }
}

interface Asked {
  body: RunRequest
  headers: RequestHeaders
  now: Timestamp
}

/** The run of a deployment that is asked for; `missing queue` when it is to run in one that has to be made first. Throws RunRefused. */
export async function draftRun(
  context: Pick<Context, 'tx' | 'settings'>,
  sources: RunSources,
  deployment: DeploymentRow,
  asked: Asked,
): Promise<FlowRunDraft | 'missing queue'> {
  const parameters = parametersOf(sources, deployment, asked.body)
  await refuseJobVariables(context, sources, deployment, asked.body)
  const placement = placementOf(sources, deployment, asked.body)
  return placement === 'missing queue' ? placement : draftOf(deployment, asked, parameters, placement)
}

/** The deployment with this id, or a 404. */
export function deploymentOf({ deployments }: RunSources, id: Uuid): DeploymentRow {
  const deployment = deployments.get(id)
  if (deployment === undefined) throw notFound('Deployment not found')
  return deployment
}

function parametersOf({ hydration }: RunSources, deployment: DeploymentRow, body: RunRequest): JsonObject {
  const parameters = hydratedParameters({ ...deployment.parameters, ...body.parameters }, hydration)
  if (body.enforce_parameter_schema ?? deployment.enforce_parameter_schema) {
    const problem = parametersProblem(parameters, deployment.parameter_openapi_schema, { ignoreRequired: false })
    if (problem !== null) throw new RunRefused(problem.kind, problem.message)
  }
  return parameters
}

function hydratedParameters(parameters: JsonObject, context: HydrationContext | null): JsonObject {
  try {
    return hydrated(parameters, context)
  } catch (error) {
    if (error instanceof HydrationError) throw new RunRefused('hydration', error.message)
    throw error
  }
}

async function refuseJobVariables(
  context: Pick<Context, 'tx' | 'settings'>,
  { templates }: RunSources,
  deployment: DeploymentRow,
  body: RunRequest,
): Promise<void> {
  const template = templates.get(deployment.pool_id ?? '')
  if (template === undefined) return
  const problem = await runJobVariablesProblem(context, template, deployment.infra_overrides, body.job_variables)
  if (problem !== null) throw new RunRefused('job variables', problem)
}

function placementOf({ queues }: RunSources, deployment: DeploymentRow, body: RunRequest): Placement | null | 'missing queue' {
  const { id, work_queue_id, queue_name, pool_id, pool_name } = deployment
  const isPlaced = work_queue_id !== null && pool_id !== null && pool_name !== null
  const { work_queue_name: name } = body
  if (!name) return isPlaced ? { queue_id: work_queue_id, queue_name: queue_name ?? '', pool_id, pool_name } : null
  if (!isPlaced) {
    throw new RunRefused(
      'no pool',
      `Cannot create flow run in work queue ${name} because deployment ${id} is not associated with a work pool.` +
        ' Please remove work_pool_name and try again.',
    )
  }
  const queue_id = queues.get(`${pool_id}/${name}`)
  return queue_id === undefined ? 'missing queue' : { queue_id, queue_name: name, pool_id, pool_name }
}

function draftOf(
  deployment: DeploymentRow,
  { body, headers, now }: Asked,
  parameters: JsonObject,
  placement: Placement | null,
): FlowRunDraft {
  const { state, enforce_parameter_schema: _enforce, ...fields } = body
  const columns = {
    ...newFlowRun,
    ...fields,
    id: uuid7(),
    created: now,
    updated: now,
    flow_id: deployment.flow_id,
    flow_version: null,
    deployment_id: deployment.id,
    deployment_version: deployment.version,
    parameters,
    tags: [...new Set([...deployment.tags, ...body.tags])],
    infrastructure_document_id: body.infrastructure_document_id ?? deployment.infrastructure_document_id,
    work_queue_id: placement?.queue_id ?? null,
    work_queue_name: body.work_queue_name || deployment.work_queue_name,
    job_variables: storedJobVariables(body),
    created_by: createdBy(headers),
  }
  return { run: draftRecord(columns, placement), state: proposedState(state ?? Scheduled(now), now), client: clientOf(headers) }
}
