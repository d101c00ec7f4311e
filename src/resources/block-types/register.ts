/**
 * The block types that every server has: some that Prefect itself relies on (protected), its other own ones, and those of
 * its integrations. The two JSON files are made by scripts/system-blocks.py.
 */
import { sql } from '../../storage/sql.ts'
import { updateTable } from '../../storage/statements.ts'
import type { JsonObject } from '../../values/json.ts'
import { checksumOf } from '../block-schemas/checksum.ts'
import { createBlockSchema } from '../block-schemas/create.ts'
import type { Context } from '../context.ts'
import { integrityConflict } from '../errors.ts'
import { ok, type Reply } from '../route.ts'
import { escapeHtml } from './html-text.ts'
import { type BlockTypeRow, selectBlockType, selectBlockTypes } from './queries.ts'
import { emitBlockType, insertBlockType, type NewBlockType } from './write.ts'

interface BuiltInBlock {
  is_protected: boolean
  type: NewBlockType
  schema: { fields: JsonObject; capabilities: string[]; version?: string }
}

/**
 * Registers all of them at a start; what is there already and has not changed costs two queries. No event tells of it: the
 * reference's go nowhere, as nobody listens yet when it starts.
 */
export async function registerBlocks(context: Context): Promise<Reply> {
  await register({ ...context, emit() {} }, [...(await systemBlocks()), ...(await collectionBlocks())])
  return ok(null)
}

export async function registerProtectedBlocks(context: Context): Promise<void> {
  await register(
    context,
    (await systemBlocks()).filter((block) => block.is_protected),
  )
}

// Loaded when they are needed: only one thread registers blocks, once.
const systemBlocks = async (): Promise<BuiltInBlock[]> =>
  (await import('./system-blocks.json', { with: { type: 'json' } })).default as BuiltInBlock[]
const collectionBlocks = async (): Promise<BuiltInBlock[]> =>
  (await import('./collection-blocks.json', { with: { type: 'json' } })).default as unknown as BuiltInBlock[]

/** All types first: schemas refer to types of other blocks. */
async function register(context: Context, blocks: readonly BuiltInBlock[]): Promise<void> {
  const { tx } = context
  const known = new Map((await selectBlockTypes(tx, sql.empty)).map((type) => [type.slug, type]))
  const types: BlockTypeRow[] = []
  for (const block of blocks) types.push(await registerType(context, block, known.get(block.type.slug)))
  const rows = await tx.query<{ checksum: string; version: string }>(sql`SELECT checksum, version FROM block_schema`)
  const there = new Set(rows.map((row) => `${row.checksum} ${row.version}`))
  for (const [index, type] of types.entries()) {
    const schema = blocks[index]?.schema
    if (schema === undefined) continue
    const { fields, capabilities, version = 'non-versioned' } = schema
    if (there.has(`${checksumOf(fields)} ${version}`)) continue
    await createBlockSchema(context, { fields, capabilities, version, block_type_id: type.id }, type)
  }
}

async function registerType(context: Context, { type, is_protected }: BuiltInBlock, known?: BlockTypeRow): Promise<BlockTypeRow> {
  const row = known ?? (await insertBlockType(context, type, is_protected)) ?? (await selectBlockType(context.tx, 'slug', type.slug))
  if (row === undefined) throw integrityConflict()
  const wanted = {
    ...type,
    description: type.description === null ? null : escapeHtml(type.description),
    code_example: type.code_example === null ? null : escapeHtml(type.code_example),
    is_protected: is_protected || row.is_protected,
  }
  const before: Record<string, unknown> = { ...row }
  if (Object.entries(wanted).every(([column, value]) => before[column] === value)) return row
  await context.tx.execute(updateTable('block_type', { ...wanted, updated: context.now }, sql`id = ${row.id}`))
  const changed = { ...row, ...wanted }
  emitBlockType(context, 'updated', changed)
  return changed
}
