/** Saved searches: filters that the UI keeps by name. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import { insertInto } from '../../storage/statements.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { type Uuid, uuid7 } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { limit, offset } from '../filtering/pagination.ts'
import { created, noContent, ok, type Reply, type Request, route } from '../route.ts'

const SavedSearchFilter = s.model('SavedSearchFilter', {
  object: s.string(),
  property: s.string(),
  type: s.string(),
  operation: s.string(),
  value: s.any(),
})

const SavedSearchCreate = s.model(
  'SavedSearchCreate',
  { name: s.string(), filters: s.optional(s.list(SavedSearchFilter), () => []) },
  { extra: 'forbid' },
)

const SavedSearchesList = s.parameters({ limit, offset })

interface SavedSearchRow {
  id: Uuid
  created: Timestamp
  updated: Timestamp
  name: string
  filters: unknown[]
}

async function selectSearches(tx: Transaction, rest: Sql): Promise<SavedSearchRow[]> {
  return await tx.query<SavedSearchRow>(sql`SELECT id, created, updated, name, filters FROM saved_search ${rest}`)
}

/** Saves a search, 201; one with that name gets the new filters, 200. */
async function saveSearch({ tx, now }: Context, { body }: Request<Infer<typeof SavedSearchCreate>>): Promise<Reply> {
  const id = uuid7()
  const row = { id, created: now, updated: now, ...body }
  await tx.execute(insertInto('saved_search', row, { onConflict: { columns: ['name'], update: ['filters'] } }))
  const [search] = await selectSearches(tx, sql`WHERE name = ${body.name}`)
  return search?.id === id ? created(search) : ok(search)
}

async function readSearch({ tx }: Context, { params }: Request): Promise<Reply> {
  const [search] = await selectSearches(tx, sql`WHERE id = ${params.id ?? ''}`)
  if (search === undefined) throw notFound('Saved search not found')
  return ok(search)
}

async function readSearches({ tx }: Context, { body }: Request<Infer<typeof SavedSearchesList>>): Promise<Reply> {
  return ok(await selectSearches(tx, sql`ORDER BY name LIMIT ${body.limit} OFFSET ${body.offset}`))
}

async function deleteSearch({ tx }: Context, { params }: Request): Promise<Reply> {
  const deleted = await tx.execute(sql`DELETE FROM saved_search WHERE id = ${params.id ?? ''}`)
  if (deleted === 0) throw notFound('Saved search not found')
  return noContent()
}

const one = '/saved_searches/{id:uuid}'

export const routes = [
  route({
    method: 'PUT',
    path: '/saved_searches/',
    name: 'create_saved_search',
    access: 'alone',
    body: SavedSearchCreate,
    handle: saveSearch,
  }),
  route({ method: 'GET', path: one, name: 'read_saved_search', access: 'read', handle: readSearch }),
  route({ method: 'DELETE', path: one, name: 'delete_saved_search', access: 'alone', handle: deleteSearch }),
  route({
    method: 'POST',
    path: '/saved_searches/filter',
    name: 'read_saved_searches',
    access: 'read',
    body: SavedSearchesList,
    handle: readSearches,
  }),
]
