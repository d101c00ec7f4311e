/** Collections whose latest artifact is gone show the one before it, or go too. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { lockForChange } from '../../storage/locking.ts'
import { sql } from '../../storage/sql.ts'
import { updateTable } from '../../storage/statements.ts'
import type { Context } from '../context.ts'
import { afterId, type Ids, idPage } from '../filtering/id-pages.ts'
import { noContent, ok, type Reply, type Request } from '../route.ts'
import { selectArtifacts, selectCollections } from './queries.ts'

export const FindStale = s.parameters(afterId)

const stale = sql`NOT EXISTS (SELECT 1 FROM artifact WHERE artifact.id = artifact_collection.latest_id)`

export async function findStaleCollections({ tx, settings }: Context, { body }: Request<Infer<typeof FindStale>>): Promise<Reply> {
  const limit = settings.get('PREFECT_SERVER_SERVICES_DB_VACUUM_BATCH_SIZE')
  return ok(await idPage(tx, 'artifact_collection', stale, body.after, limit))
}

export async function mendCollections({ tx }: Context, { body }: Request<Infer<typeof Ids>>): Promise<Reply> {
  const theirs = sql.isIn(sql`artifact_collection.id`, body.ids, 'uuid')
  await lockForChange(tx, 'artifact_collection', theirs)
  for (const { id, key } of await selectCollections(tx, sql`WHERE ${theirs} AND ${stale}`)) {
    const [latest] = await selectArtifacts(tx, sql`WHERE key = ${key} ORDER BY created DESC LIMIT 1`)
    if (latest === undefined) await tx.execute(sql`DELETE FROM artifact_collection WHERE id = ${id}`)
    else {
      const { id: latest_id, key: _key, ...rest } = latest
      await tx.execute(updateTable('artifact_collection', { ...rest, latest_id }, sql`id = ${id}`))
    }
  }
  return noContent()
}
