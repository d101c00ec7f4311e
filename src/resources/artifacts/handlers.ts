import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto, updateTable } from '../../storage/statements.ts'
import { uuid7 } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { whereRelated } from '../filtering/related.ts'
import { created, noContent, ok, type Reply, type Request } from '../route.ts'
import { collect, uncollect } from './collecting.ts'
import { type ArtifactRow, countRows, selectArtifacts, selectCollections } from './queries.ts'
import type { ArtifactCreate, ArtifactsCount, ArtifactsList, ArtifactUpdate, LatestCount, LatestList } from './schemas.ts'
import { ArtifactCollectionSort, ArtifactSort } from './sort.ts'

const missing = 'Artifact not found.'

/** Creates an artifact; one with a key becomes the latest of it. */
export async function createArtifact(context: Context, { body }: Request<Infer<typeof ArtifactCreate>>): Promise<Reply> {
  const { tx, now } = context
  const artifact: ArtifactRow = { id: uuid7(), created: now, updated: now, ...body }
  const { key } = artifact
  if (key !== null) await collect(context, { ...artifact, key })
  await tx.execute(insertInto('artifact', { ...artifact }))
  return created(artifact)
}

export async function readArtifact({ tx }: Context, { params }: Request): Promise<Reply> {
  const [artifact] = await selectArtifacts(tx, sql`WHERE id = ${params.id ?? ''}`)
  if (artifact === undefined) throw notFound(missing)
  return ok(artifact)
}

/** The latest artifact of a key, in the form of an artifact: its id is the collection's. */
export async function readLatestArtifact({ tx }: Context, { params }: Request): Promise<Reply> {
  const [latest] = await selectCollections(tx, sql`WHERE key = ${params.key ?? ''}`)
  if (latest === undefined) throw notFound(missing)
  const { latest_id: _, ...artifact } = latest
  return ok(artifact)
}

export async function readArtifacts({ tx }: Context, { body }: Request<Infer<typeof ArtifactsList>>): Promise<Reply> {
  const order = ArtifactSort.orderBy(body.sort)
  return ok(
    await selectArtifacts(tx, sql`WHERE ${whereRelated('artifacts', body)} ORDER BY ${order} LIMIT ${body.limit} OFFSET ${body.offset}`),
  )
}

export async function readLatestArtifacts({ tx }: Context, { body }: Request<Infer<typeof LatestList>>): Promise<Reply> {
  const { artifacts, ...makers } = body
  const where = whereRelated('artifact_collections', { ...makers, artifact_collections: artifacts })
  const order = ArtifactCollectionSort.orderBy(body.sort)
  return ok(await selectCollections(tx, sql`WHERE ${where} ORDER BY ${order} LIMIT ${body.limit} OFFSET ${body.offset}`))
}

export async function countArtifacts({ tx }: Context, { body }: Request<Infer<typeof ArtifactsCount>>): Promise<Reply> {
  return ok(await countRows(tx, 'artifact', whereRelated('artifacts', body)))
}

export async function countLatestArtifacts({ tx }: Context, { body }: Request<Infer<typeof LatestCount>>): Promise<Reply> {
  const { artifacts, ...makers } = body
  return ok(
    await countRows(tx, 'artifact_collection', whereRelated('artifact_collections', { ...makers, artifact_collections: artifacts })),
  )
}

/** Changes an artifact, and its copy when it is the latest of its key. */
export async function updateArtifact({ tx, now }: Context, { params, body }: Request<Infer<typeof ArtifactUpdate>>): Promise<Reply> {
  const id = params.id ?? ''
  const changes = { ...s.onlySent(body), updated: now }
  const changed = await tx.execute(updateTable('artifact', changes, sql`id = ${id}`))
  const copies = await tx.execute(updateTable('artifact_collection', changes, sql`latest_id = ${id}`))
  if (changed + copies === 0) throw notFound(missing)
  return noContent()
}

export async function deleteArtifact(context: Context, { params }: Request): Promise<Reply> {
  const [artifact] = await selectArtifacts(context.tx, sql`WHERE id = ${params.id ?? ''}`)
  if (artifact === undefined) throw notFound(missing)
  if (artifact.key !== null) await uncollect(context, artifact)
  await context.tx.execute(sql`DELETE FROM artifact WHERE id = ${artifact.id}`)
  return noContent()
}
