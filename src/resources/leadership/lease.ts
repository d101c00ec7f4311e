/**
 * The leader's lock in the database, for PostgreSQL without Redis: the term row has an owner and an end, by the database's
 * clock. (A session lock would be granted twice behind PgBouncer.)
 */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { Context } from '../context.ts'
import { ok, type Reply, type Request } from '../route.ts'

export const Owner = s.parameters({ owner: s.string() })
export const Lease = s.parameters({ owner: s.string(), milliseconds: s.integer() })

const end = (milliseconds: number): Sql => sql`clock_timestamp() + ${milliseconds} * interval '1 millisecond'`

/** Takes the lease if nobody has it, or if it is the asker's already. */
export async function acquireLease({ tx }: Context, { body }: Request<Infer<typeof Lease>>): Promise<Reply> {
  const taken = await tx.execute(sql`
    UPDATE server_term SET owner = ${body.owner}, expires = ${end(body.milliseconds)}
    WHERE id = 1 AND (owner IS NULL OR owner = ${body.owner} OR expires < clock_timestamp())`)
  return ok({ held: taken > 0 })
}

/** Makes the lease last, if it is still the asker's. */
export async function renewLease({ tx }: Context, { body }: Request<Infer<typeof Lease>>): Promise<Reply> {
  const renewed = await tx.execute(sql`
    UPDATE server_term SET expires = ${end(body.milliseconds)}
    WHERE id = 1 AND owner = ${body.owner} AND expires >= clock_timestamp()`)
  return ok({ held: renewed > 0 })
}

export async function releaseLease({ tx }: Context, { body }: Request<Infer<typeof Owner>>): Promise<Reply> {
  await tx.execute(sql`UPDATE server_term SET owner = NULL, expires = NULL WHERE id = 1 AND owner = ${body.owner}`)
  return ok(true)
}
