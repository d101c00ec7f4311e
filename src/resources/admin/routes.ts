import { sql } from '../../storage/sql.ts'
import type { Context } from '../context.ts'
import { ok, type Reply, route } from '../route.ts'
import { routes as defaultStorage } from './default-storage.ts'

export const routes = [
  ...defaultStorage,
  route({ method: 'CALL', path: '', name: 'check_database', access: 'read', handle: checkDatabase }),
]

/** Reads from the database, for readiness. */
async function checkDatabase({ tx }: Context): Promise<Reply> {
  await tx.query(sql`SELECT 1`)
  return ok(true)
}
