import { type ObjectAction, objectEvent } from '../../events/object-events.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto, updateTable } from '../../storage/statements.ts'
import { uuid7 } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { escapeHtml, unescapeHtml } from './html-text.ts'
import type { BlockTypeRow } from './queries.ts'

/** Texts and links of a block type: what may be changed. */
export type Presentation = Pick<BlockTypeRow, 'logo_url' | 'documentation_url' | 'description' | 'code_example'>
export type NewBlockType = Pick<BlockTypeRow, 'name' | 'slug'> & Presentation

/** Inserts a block type; null when the slug is taken. */
export async function insertBlockType(context: Context, fields: NewBlockType, isProtected = false): Promise<BlockTypeRow | null> {
  const { tx, now } = context
  const row: BlockTypeRow = {
    id: uuid7(),
    created: now,
    updated: now,
    name: fields.name,
    slug: fields.slug,
    logo_url: fields.logo_url?.trim() ?? null,
    documentation_url: fields.documentation_url?.trim() ?? null,
    description: fields.description === null ? null : escapeHtml(fields.description),
    code_example: fields.code_example === null ? null : escapeHtml(fields.code_example),
    is_protected: isProtected,
  }
  if ((await tx.execute(insertInto('block_type', { ...row }, { onConflict: 'nothing' }))) === 0) return null
  emitBlockType(context, 'created', row)
  return row
}

/** Changes a block type, unless everything that can be changed was sent and is as it was: clients send it at every use. */
export async function changeBlockType(context: Context, current: BlockTypeRow, changes: Partial<Presentation>): Promise<void> {
  const sent = Object.keys(changes).length
  const isSame =
    sent === 4 &&
    changes.logo_url === current.logo_url &&
    changes.documentation_url === current.documentation_url &&
    plain(changes.description) === plain(current.description) &&
    plain(changes.code_example) === plain(current.code_example)
  if (isSame) return
  await context.tx.execute(updateTable('block_type', { ...changes, updated: context.now }, sql`id = ${current.id}`))
  emitBlockType(context, 'updated', { ...current, ...changes })
}

const plain = (text: string | null | undefined): string | null => (text === null || text === undefined ? null : unescapeHtml(text))

export function emitBlockType(context: Context, action: ObjectAction, type: BlockTypeRow): void {
  const { id, name, slug, logo_url, documentation_url, description, code_example, is_protected } = type
  const payload = { name, slug, logo_url, documentation_url, description, code_example, is_protected }
  context.emit(objectEvent({ kind: 'block-type', action, id, name, payload }, context.now))
}
