import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'

export interface BlockTypeRow {
  id: Uuid
  created: Timestamp
  updated: Timestamp
  name: string
  slug: string
  logo_url: string | null
  documentation_url: string | null
  description: string | null
  code_example: string | null
  is_protected: boolean
}

/** The block types that `rest` (WHERE, ORDER BY, LIMIT …) chooses. */
export async function selectBlockTypes(tx: Transaction, rest: Sql): Promise<BlockTypeRow[]> {
  return await tx.query<BlockTypeRow>(sql`
    SELECT id, created, updated, name, slug, logo_url, documentation_url, description, code_example, is_protected
    FROM block_type ${rest}`)
}

export async function selectBlockType(tx: Transaction, column: 'id' | 'slug', value: string): Promise<BlockTypeRow | undefined> {
  const [found] = await selectBlockTypes(tx, sql`WHERE ${sql.id(column)} = ${value}`)
  return found
}

export async function selectBlockTypesById(tx: Transaction, ids: readonly Uuid[]): Promise<Map<Uuid, BlockTypeRow>> {
  if (ids.length === 0) return new Map()
  const types = await selectBlockTypes(tx, sql`WHERE ${sql.isIn(sql`id`, [...new Set(ids)], 'uuid')}`)
  return new Map(types.map((type) => [type.id, type]))
}
