/** What the foreman asks for: deployments that were ready and that nobody polls any more. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { Context } from '../context.ts'
import { afterId, type Ids, idPage } from '../filtering/id-pages.ts'
import { noContent, ok, type Reply, type Request } from '../route.ts'
import { markDeployments } from './mark.ts'

export const FindNotReady = s.parameters(afterId)
const pageSize = 200

export async function findDeploymentsNotReady(context: Context, { body }: Request<Infer<typeof FindNotReady>>): Promise<Reply> {
  return ok(await idPage(context.tx, 'deployment', unpolled(context), body.after, pageSize))
}

export async function markDeploymentsNotReady(context: Context, { body }: Request<Infer<typeof Ids>>): Promise<Reply> {
  await markDeployments(context, sql`${sql.isIn(sql`deployment.id`, body.ids, 'uuid')} AND ${unpolled(context)}`, 'NOT_READY')
  return noContent()
}

/** Neither the deployment nor its queue was polled lately. */
function unpolled({ now, settings }: Context): Sql {
  const long = now.addSeconds(-settings.get('PREFECT_SERVER_SERVICES_FOREMAN_DEPLOYMENT_LAST_POLLED_TIMEOUT_SECONDS'))
  return sql`deployment.status = 'READY' AND deployment.last_polled < ${long} AND NOT EXISTS (
    SELECT 1 FROM work_queue WHERE work_queue.id = deployment.work_queue_id AND work_queue.last_polled >= ${long})`
}
