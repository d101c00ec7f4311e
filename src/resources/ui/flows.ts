/** What the UI shows beside flows: how many deployments they have, and their next run. */
import type { StateType } from '../../orchestration/states.ts'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { ok, type Reply, type Request } from '../route.ts'

export const FlowIds = s.parameters({ flow_ids: s.list(s.uuid()) })

/** Flow id → number of its deployments, zero included. */
export async function countDeploymentsByFlow({ tx }: Context, { body }: Request<Infer<typeof FlowIds>>): Promise<Reply> {
  const rows = await tx.query<{ flow_id: Uuid; count: number }>(sql`
    SELECT flow_id, count(*) AS count FROM deployment WHERE ${sql.isIn(sql`flow_id`, body.flow_ids, 'uuid')} GROUP BY flow_id`)
  return ok(byId(body.flow_ids, new Map(rows.map(({ flow_id, count }) => [flow_id, count])), 0))
}

interface NextRun {
  id: Uuid
  flow_id: Uuid
  name: string
  state_name: string
  state_type: StateType
  next_scheduled_start_time: Timestamp
}

/** Flow id → its scheduled run that comes first, or null. */
export async function nextRunsByFlow({ tx }: Context, { body }: Request<Infer<typeof FlowIds>>): Promise<Reply> {
  const rows = await tx.query<NextRun>(sql`
    SELECT id, flow_id, name, state_name, state_type, next_scheduled_start_time FROM (
      SELECT id, flow_id, name, state_name, state_type, next_scheduled_start_time,
        row_number() OVER (PARTITION BY flow_id ORDER BY next_scheduled_start_time) AS place
      FROM flow_run
      WHERE ${sql.isIn(sql`flow_id`, body.flow_ids, 'uuid')} AND state_type = 'SCHEDULED' AND next_scheduled_start_time IS NOT NULL
    ) AS waiting WHERE place = 1`)
  return ok(byId(body.flow_ids, new Map(rows.map((row) => [row.flow_id, row])), null))
}

/** An entry for each id that was asked for, in that order. */
export function byId<Value>(ids: readonly Uuid[], found: ReadonlyMap<Uuid, Value>, none: Value | null): Record<Uuid, Value | null> {
  return Object.fromEntries(ids.map((id) => [id, found.get(id) ?? none]))
}
