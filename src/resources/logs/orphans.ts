/** Logs and artifacts of flow runs that are not there any more: left by an interrupted cleanup, a late write, or an older server. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { afterId } from '../filtering/id-pages.ts'
import { noContent, ok, type Reply, type Request } from '../route.ts'
import { deleteArtifactsLater, deleteLogsLater } from './pending-deletion.ts'

const Kind = s.literal('log', 'artifact')
export const FindOrphans = s.parameters({ ...afterId, kind: Kind })
export const DeleteOrphans = s.parameters({ ids: s.list(s.uuid()), kind: Kind })

/**
 * Flow runs that rows refer to and that are not there. From one id to the next by the index: a run may have millions of rows.
 */
export async function findOrphans({ tx, settings }: Context, { body }: Request<Infer<typeof FindOrphans>>): Promise<Reply> {
  const table = sql.id(body.kind)
  const limit = settings.get('PREFECT_SERVER_SERVICES_DB_VACUUM_BATCH_SIZE')
  const first = body.after === null ? sql`flow_run_id IS NOT NULL` : sql`flow_run_id > ${body.after}`
  const rows = await tx.query<{ id: Uuid; present: Uuid | null }>(sql`
    WITH RECURSIVE named (id) AS (
      SELECT * FROM (SELECT flow_run_id FROM ${table} WHERE ${first} ORDER BY flow_run_id LIMIT 1) AS start
      UNION ALL
      SELECT (SELECT flow_run_id FROM ${table} WHERE flow_run_id > named.id ORDER BY flow_run_id LIMIT 1) FROM named WHERE id IS NOT NULL
    ), page AS (SELECT id FROM named WHERE id IS NOT NULL LIMIT ${limit})
    SELECT page.id, flow_run.id AS present FROM page LEFT JOIN flow_run ON flow_run.id = page.id ORDER BY page.id`)
  const last = rows.at(-1)
  const ids = rows.filter(({ present }) => present === null).map(({ id }) => id)
  return ok({ ids, next: last === undefined || rows.length < limit ? null : { after: last.id } })
}

/** Has them deleted like what a deleted run leaves, unless there is such a run now. */
export async function deleteOrphans(context: Context, { body }: Request<Infer<typeof DeleteOrphans>>): Promise<Reply> {
  const rows = await context.tx.query<{ id: Uuid }>(sql`SELECT id FROM flow_run WHERE ${sql.isIn(sql`id`, body.ids, 'uuid')}`)
  const present = new Set(rows.map(({ id }) => id))
  const gone = body.ids.filter((id) => !present.has(id))
  if (body.kind === 'log') await deleteLogsLater(context, 'flow_run', gone)
  else await deleteArtifactsLater(context, gone)
  return noContent()
}
