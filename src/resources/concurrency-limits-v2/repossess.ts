/** Takes slots back whose leases have expired: their holders are gone, or they would have renewed them. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { lockLeases, lockLimits } from './queries.ts'
import { releaseLease } from './slots.ts'

export const Repossess = s.parameters({ limit: s.optional(s.integer(), 100) })

/** Revokes some expired leases; `more` tells that there may be others. */
export async function repossessLeases(context: Context, { body }: Request<Infer<typeof Repossess>>): Promise<Reply> {
  const { tx, now } = context
  const rows = await tx.query<{ id: Uuid }>(sql`
    SELECT id FROM server_lease WHERE expires_at < ${now} ORDER BY expires_at LIMIT ${body.limit}`)
  const leases = await lockLeases(
    tx,
    rows.map((row) => row.id),
  )
  // Between the two reads a client may have renewed one.
  const expired = leases.filter((lease) => lease.expires_at.isBefore(now))
  const limits = await lockLimits(tx, [], [...new Set(expired.flatMap((lease) => lease.resource_ids))])
  for (const lease of expired) await releaseLease(context, lease, limits)
  if (expired.length > 0)
    await tx.execute(
      sql`DELETE FROM server_lease WHERE ${sql.isIn(
        sql`id`,
        expired.map((lease) => lease.id),
        'uuid',
      )}`,
    )
  return ok({ revoked: expired.length, more: rows.length === body.limit })
}
