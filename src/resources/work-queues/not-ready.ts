/** Ready queues that nobody polls any more are not ready. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { forChange } from '../../storage/locking.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { afterId, type Ids, idPage } from '../filtering/id-pages.ts'
import { noContent, ok, type Reply, type Request } from '../route.ts'
import { markQueues } from './polled.ts'

export const FindUnpolled = s.parameters(afterId)
const pageSize = 200

export async function findUnpolledQueues(context: Context, { body }: Request<Infer<typeof FindUnpolled>>): Promise<Reply> {
  return ok(await idPage(context.tx, 'work_queue', unpolled(context), body.after, pageSize))
}

export async function markQueuesNotReady(context: Context, { body }: Request<Infer<typeof Ids>>): Promise<Reply> {
  const locked = await context.tx.query<{ id: Uuid }>(sql`
    SELECT id FROM work_queue WHERE ${sql.isIn(sql`id`, body.ids, 'uuid')} AND ${unpolled(context)} ORDER BY id${forChange}`)
  await markQueues(
    context,
    locked.map(({ id }) => id),
    'NOT_READY',
  )
  return noContent()
}

function unpolled({ now, settings }: Context): Sql {
  const long = now.addSeconds(-settings.get('PREFECT_SERVER_SERVICES_FOREMAN_WORK_QUEUE_LAST_POLLED_TIMEOUT_SECONDS'))
  return sql`status = 'READY' AND last_polled < ${long}`
}
