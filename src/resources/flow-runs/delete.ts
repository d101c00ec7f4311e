/** Deleting flow runs: the slots they hold become free, their logs go later. */
import { emptyFacts, noNeeds } from '../../orchestration/facts.ts'
import { SlotsDraft } from '../../orchestration/slots.ts'
import { noWrites } from '../../orchestration/writes.ts'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { bulkLimitField } from '../filtering/bulk.ts'
import { deleteLogsLater } from '../logs/pending-deletion.ts'
import { noContent, ok, type Reply, type Request } from '../route.ts'
import { loadFacts } from '../run-states/facts.ts'
import { circumstances } from '../run-states/orchestration.ts'
import { applyWrites } from '../run-states/writes.ts'
import { FlowRunFilter } from './filter.ts'
import { type FlowRunRecord, selectFlowRuns } from './records.ts'

export const FlowRunsBulkDelete = s.parameters({
  flow_runs: s.optional(s.nullable(FlowRunFilter.schema), null),
  limit: bulkLimitField,
})

export async function deleteFlowRun(context: Context, { params }: Request): Promise<Reply> {
  const runs = await selectFlowRuns(context.tx, sql`WHERE flow_run.id = ${params.id ?? ''}`)
  if (runs.length === 0) throw notFound('Flow run not found')
  await deleteFlowRuns(context, runs)
  return noContent()
}

export async function bulkDeleteFlowRuns(context: Context, { body }: Request<Infer<typeof FlowRunsBulkDelete>>): Promise<Reply> {
  const where = FlowRunFilter.where(body.flow_runs)
  const runs = await selectFlowRuns(context.tx, sql`WHERE ${where} ORDER BY flow_run.id DESC LIMIT ${body.limit}`)
  await deleteFlowRuns(context, runs)
  return ok({ deleted: runs.map((run) => run.id) })
}

async function deleteFlowRuns(context: Context, runs: readonly FlowRunRecord[]): Promise<void> {
  if (runs.length === 0) return
  const ids = runs.map((run) => run.id)
  await releaseSlots(context, runs)
  await context.tx.execute(sql`DELETE FROM flow_run WHERE ${sql.isIn(sql`id`, ids, 'uuid')}`)
  await deleteLogsLater(context, 'flow_run', ids)
}

/** In these a run holds a slot of its deployment's limit. */
const holding = new Set(['PENDING', 'RUNNING', 'CANCELLING'])

async function releaseSlots({ tx, now, settings }: Context, runs: readonly FlowRunRecord[]): Promise<void> {
  const holders = runs.filter((run) => run.deployment_id !== null && run.state !== null && holding.has(run.state.type))
  if (holders.length === 0) return
  const needs = noNeeds()
  for (const { deployment_id, state } of holders) {
    if (deployment_id !== null) needs.deployments.add(deployment_id)
    const lease = state?.state_details.deployment_concurrency_lease_id
    if (lease) needs.leases.add(lease)
  }
  const facts = await loadFacts(tx, needs, emptyFacts(), now)
  const slots = new SlotsDraft(facts.slots, now, circumstances(facts, now, settings).settings)
  for (const { deployment_id, state } of holders) {
    const limit = facts.deployments.get(deployment_id ?? '')?.concurrency_limit_id ?? null
    const lease = state?.state_details.deployment_concurrency_lease_id
    if (lease) slots.release(lease, limit)
    else if (limit !== null) slots.decrement([limit], 1)
  }
  await applyWrites(tx, [{ ...noWrites(), ...slots.changes() }], now)
}
