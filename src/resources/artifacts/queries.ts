import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { Json } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'

/** What an artifact is, whether as one of many or as the latest of its key. */
interface Content {
  id: Uuid
  created: Timestamp
  updated: Timestamp
  type: string | null
  description: string | null
  data: Json
  metadata_: Json
  flow_run_id: Uuid | null
  task_run_id: Uuid | null
}

export interface ArtifactRow extends Content {
  key: string | null
}

/** The latest artifact of a key. */
export interface CollectionRow extends Content {
  key: string
  latest_id: Uuid
}

const content = 'id, created, updated, key, type, description, data, metadata_, flow_run_id, task_run_id'

export async function selectArtifacts(tx: Transaction, rest: Sql): Promise<ArtifactRow[]> {
  return await tx.query<ArtifactRow>(sql`SELECT ${sql.raw(content)} FROM artifact ${rest}`)
}

export async function selectCollections(tx: Transaction, rest: Sql): Promise<CollectionRow[]> {
  return await tx.query<CollectionRow>(sql`SELECT ${sql.raw(content)}, latest_id FROM artifact_collection ${rest}`)
}

export async function countRows(tx: Transaction, table: 'artifact' | 'artifact_collection', where: Sql): Promise<number> {
  const [row] = await tx.query<{ count: number }>(sql`SELECT count(*) AS count FROM ${sql.id(table)} WHERE ${where}`)
  return row?.count ?? 0
}
