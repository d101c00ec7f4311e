/** Ready pools without a worker that is online are not ready. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { lockForChange } from '../../storage/locking.ts'
import { sql } from '../../storage/sql.ts'
import type { Context } from '../context.ts'
import { afterId, type Ids, idPage } from '../filtering/id-pages.ts'
import { noContent, ok, type Reply, type Request } from '../route.ts'
import { selectWorkPools } from './queries.ts'
import { changeWorkPool } from './update.ts'

export const FindUnserved = s.parameters(afterId)
const pageSize = 200

const unserved = sql`work_pool.status = 'READY'
  AND NOT EXISTS (SELECT 1 FROM worker WHERE worker.work_pool_id = work_pool.id AND worker.status = 'ONLINE')`

export async function findUnservedPools({ tx }: Context, { body }: Request<Infer<typeof FindUnserved>>): Promise<Reply> {
  return ok(await idPage(tx, 'work_pool', unserved, body.after, pageSize))
}

export async function markPoolsNotReady(context: Context, { body }: Request<Infer<typeof Ids>>): Promise<Reply> {
  const theirs = sql.isIn(sql`work_pool.id`, body.ids, 'uuid')
  await lockForChange(context.tx, 'work_pool', theirs)
  const pools = await selectWorkPools(context.tx, sql`WHERE ${theirs} AND ${unserved} ORDER BY work_pool.id`)
  for (const pool of pools) await changeWorkPool(context, pool, {}, 'NOT_READY')
  return noContent()
}
