/** Workers that have missed too many heartbeats are offline. */
import { forChange } from '../../storage/locking.ts'
import { sql } from '../../storage/sql.ts'
import { updateTable } from '../../storage/statements.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { ok, type Reply } from '../route.ts'
import { secondsBetween } from '../run-states/estimate-expressions.ts'

export async function markWorkersOffline({ tx, now, settings }: Context): Promise<Reply> {
  const multiple = settings.get('PREFECT_SERVER_SERVICES_FOREMAN_INACTIVITY_HEARTBEAT_MULTIPLE')
  const fallback = settings.get('PREFECT_SERVER_SERVICES_FOREMAN_FALLBACK_HEARTBEAT_INTERVAL_SECONDS')
  const silent = secondsBetween(sql`last_heartbeat_time`, sql`${now}`)
  const workers = await tx.query<{ id: Uuid }>(sql`
    SELECT id FROM worker
    WHERE status = 'ONLINE' AND ${silent} > coalesce(heartbeat_interval_seconds, ${fallback}) * ${multiple}
    ORDER BY id${forChange}`)
  const ids = workers.map(({ id }) => id)
  if (ids.length > 0) await tx.execute(updateTable('worker', { status: 'OFFLINE', updated: now }, sql.isIn(sql`id`, ids, 'uuid')))
  return ok({ offline: ids.length })
}
