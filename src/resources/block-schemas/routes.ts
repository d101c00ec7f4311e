import type { Infer } from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import { clearDefaultStorageOf } from '../admin/default-storage.ts'
import { selectBlockType } from '../block-types/queries.ts'
import type { Context } from '../context.ts'
import { httpError, notFound } from '../errors.ts'
import { created, noContent, ok, type Reply, type Request, route } from '../route.ts'
import { createBlockSchema } from './create.ts'
import { BlockSchemaFilter } from './filter.ts'
import { type BlockSchema, newestFirst, readBlockSchema, readBlockSchemaByChecksum, readBlockSchemasWhere } from './queries.ts'
import { BlockSchemaCreate, BlockSchemasList, OneVersion } from './schemas.ts'

/** Creates a block schema, 201; one with the same checksum and version is given as it is, 200. */
async function create(context: Context, { body }: Request<Infer<typeof BlockSchemaCreate>>): Promise<Reply> {
  const type = await selectBlockType(context.tx, 'id', body.block_type_id)
  if (type === undefined) throw notFound(`Block type ${body.block_type_id} not found.`)
  const { schema, isNew } = await createBlockSchema(context, body, type)
  return isNew ? created(schema) : ok(schema)
}

async function readById({ tx }: Context, { params }: Request): Promise<Reply> {
  return ok(found(await readBlockSchema(tx, params.id ?? '')))
}

async function readByChecksum({ tx }: Context, { params, query }: Request<unknown, Infer<typeof OneVersion>>): Promise<Reply> {
  return ok(found(await readBlockSchemaByChecksum(tx, params.checksum ?? '', query.version)))
}

async function readMany({ tx }: Context, { body }: Request<Infer<typeof BlockSchemasList>>): Promise<Reply> {
  const where = BlockSchemaFilter.where(body.block_schemas)
  return ok(await readBlockSchemasWhere(tx, sql`WHERE ${where} ${newestFirst} LIMIT ${body.limit} OFFSET ${body.offset}`))
}

async function remove({ tx }: Context, { params }: Request): Promise<Reply> {
  const schema = found(await readBlockSchema(tx, params.id ?? ''))
  if (schema.block_type?.is_protected) throw httpError(403, 'Block schemas for protected block types cannot be deleted.')
  await clearDefaultStorageOf(tx, sql`block_schema_id = ${schema.id}`)
  await tx.execute(sql`DELETE FROM block_schema WHERE id = ${schema.id}`)
  return noContent()
}

function found(schema: BlockSchema | undefined): BlockSchema {
  if (schema === undefined) throw notFound('Block schema not found')
  return schema
}

const one = '/block_schemas/{id:uuid}'

export const routes = [
  route({ method: 'POST', path: '/block_schemas/', name: 'create_block_schema', access: 'alone', body: BlockSchemaCreate, handle: create }),
  route({ method: 'DELETE', path: one, name: 'delete_block_schema', access: 'alone', handle: remove }),
  route({ method: 'GET', path: one, name: 'read_block_schema_by_id', access: 'read', handle: readById }),
  route({
    method: 'POST',
    path: '/block_schemas/filter',
    name: 'read_block_schemas',
    access: 'read',
    body: BlockSchemasList,
    handle: readMany,
  }),
  route({
    method: 'GET',
    path: '/block_schemas/checksum/{checksum}',
    name: 'read_block_schema_by_checksum',
    access: 'read',
    query: OneVersion,
    handle: readByChecksum,
  }),
]
