/** The runs of deployments that are scheduled and have not begun. */
import { indexedBy } from '../../storage/hints.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'

/** The index that holds nothing but scheduled runs, by their deployments. */
export const scheduledIndex: Sql = indexedBy('ix_flow_run__scheduler_deployment_id_auto_scheduled_next_schedu')

export interface WhichRuns {
  /** Those that the scheduler made. */
  autoScheduledOnly?: boolean
  /** Those that are not due yet. */
  futureOnly?: boolean
}

/**
 * Deletes runs that are scheduled and have not begun, so that none runs by what its deployment was before. The deployments
 * are locked. Runs that wait for a slot of a limit have begun, in a way.
 */
export async function deleteScheduledRuns({ tx, now }: Context, deployments: readonly Uuid[], which: WhichRuns): Promise<void> {
  const conditions = [
    sql.isIn(sql`deployment_id`, deployments, 'uuid'),
    sql`state_type = 'SCHEDULED' AND state_name <> 'AwaitingConcurrencySlot' AND run_count = 0`,
  ]
  if (which.autoScheduledOnly) conditions.push(sql`auto_scheduled = ${true}`)
  if (which.futureOnly) conditions.push(sql`next_scheduled_start_time > ${now}`)
  await tx.execute(sql`DELETE FROM flow_run${scheduledIndex} WHERE ${sql.and(conditions)}`)
}
