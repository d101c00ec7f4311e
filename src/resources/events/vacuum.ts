/** Old events are deleted, with their resources; events of some names sooner than the rest. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { ok, type Reply, type Request } from '../route.ts'

/** Only events of a name that the settings give a retention of its own; null for all. */
export const VacuumEvents = s.parameters({ event: s.optional(s.nullable(s.string()), null) })

/** Deletes a batch; `more` tells that there may be others. */
export async function vacuumEvents({ tx, now, settings }: Context, { body }: Request<Infer<typeof VacuumEvents>>): Promise<Reply> {
  const limit = settings.get('PREFECT_SERVER_SERVICES_DB_VACUUM_BATCH_SIZE')
  const own = body.event === null ? undefined : settings.get('PREFECT_SERVER_SERVICES_DB_VACUUM_EVENT_RETENTION_OVERRIDES')[body.event]
  const general = settings.get('PREFECT_SERVER_EVENTS_RETENTION_PERIOD')
  const seconds = Math.min(general.seconds, (own ?? general).seconds)
  const before = now.addSeconds(-seconds)
  const named = body.event === null ? sql.empty : sql`event = ${body.event} AND `
  const old = await tx.query<{ id: Uuid }>(sql`SELECT id FROM events WHERE ${named}occurred < ${before} ORDER BY occurred LIMIT ${limit}`)
  const ids = old.map(({ id }) => id)
  if (ids.length > 0) {
    await tx.execute(sql`DELETE FROM event_resources WHERE ${sql.isIn(sql`event_id`, ids, 'uuid')}`)
    await tx.execute(sql`DELETE FROM events WHERE ${sql.isIn(sql`id`, ids, 'uuid')}`)
  }
  // Resources whose events are gone already.
  const stray =
    body.event !== null
      ? 0
      : await tx.execute(sql`
          DELETE FROM event_resources WHERE id IN (SELECT id FROM event_resources WHERE occurred < ${before} ORDER BY occurred LIMIT ${limit})`)
  return ok({ deleted: ids.length, more: ids.length + stray > 0 })
}
