/** References between block documents: in data they are `{"$ref": {"block_document_id": …}}`, stored they are rows. */
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto } from '../../storage/statements.ts'
import { isJsonObject, type Json, type JsonObject } from '../../values/json.ts'
import { isUuid, type Uuid } from '../../values/uuid.ts'
import { member } from '../block-schemas/checksum.ts'
import type { Context } from '../context.ts'
import { httpError, integrityConflict } from '../errors.ts'

export interface Reference {
  name: string
  reference_block_document_id: Uuid
}

export interface StoredReference extends Reference {
  parent_block_document_id: Uuid
}

/** Data without its references, and these. Only what is right below the data may be a reference. */
export function separateReferences(data: JsonObject): { plain: JsonObject; references: Reference[] } {
  const plain: [string, Json][] = []
  const references: Reference[] = []
  for (const [name, value] of Object.entries(data)) {
    if (!isJsonObject(value) || !Object.hasOwn(value, '$ref')) plain.push([name, value])
    else references.push({ name, reference_block_document_id: referencedId(name, value.$ref) })
  }
  return { plain: Object.fromEntries(plain), references }
}

function referencedId(name: string, reference: Json | undefined): Uuid {
  const id = member(reference, 'block_document_id')
  if (id === null) throw httpError(400, `Received block reference without a block_document_id in key ${name}`)
  const text = typeof id === 'string' ? id.toLowerCase() : ''
  if (!isUuid(text)) throw httpError(400, `Received block reference with an invalid block_document_id in key ${name}`)
  return text
}

/** Links a document to what its data refers to. */
export async function addReferences({ tx, now }: Context, parent: Uuid, references: readonly Reference[]): Promise<void> {
  for (const reference of references) {
    const id = reference.reference_block_document_id
    if (id === parent || (await selectReferencesBelow(tx, [id])).some((below) => below.reference_block_document_id === parent)) {
      const edge = `(parent=${parent}, reference=${id})`
      throw httpError(
        400,
        `Cannot create block document reference: it would introduce a cycle into the block_document_reference graph ${edge}.`,
      )
    }
    const [known] = await tx.query(sql`SELECT id FROM block_document WHERE id = ${id}`)
    if (known === undefined) throw integrityConflict()
    await tx.execute(insertInto('block_document_reference', { created: now, updated: now, parent_block_document_id: parent, ...reference }))
  }
}

/** Makes these the references of a document: what is not among them goes. */
export async function replaceReferences(context: Context, parent: Uuid, wanted: readonly Reference[]): Promise<void> {
  const { tx } = context
  const current = await tx.query<Reference & { id: Uuid }>(sql`
    SELECT id, name, reference_block_document_id FROM block_document_reference WHERE parent_block_document_id = ${parent}`)
  const isAmong = (reference: Reference, others: readonly Reference[]): boolean =>
    others.some(({ name, reference_block_document_id: id }) => name === reference.name && id === reference.reference_block_document_id)
  await addReferences(
    context,
    parent,
    wanted.filter((reference) => !isAmong(reference, current)),
  )
  const gone = current.filter((reference) => !isAmong(reference, wanted)).map(({ id }) => id)
  if (gone.length > 0) await tx.execute(sql`DELETE FROM block_document_reference WHERE ${sql.isIn(sql`id`, gone, 'uuid')}`)
}

/** The references of these documents, and those of the documents that they refer to, however deep. */
export async function selectReferencesBelow(tx: Transaction, ids: readonly Uuid[]): Promise<StoredReference[]> {
  return await tx.query<StoredReference>(sql`
    WITH RECURSIVE below(name, parent_block_document_id, reference_block_document_id) AS (
      SELECT name, parent_block_document_id, reference_block_document_id FROM block_document_reference
      WHERE ${sql.isIn(sql`parent_block_document_id`, ids, 'uuid')}
      UNION
      SELECT reference.name, reference.parent_block_document_id, reference.reference_block_document_id
      FROM block_document_reference AS reference JOIN below ON reference.parent_block_document_id = below.reference_block_document_id
    )
    SELECT name, parent_block_document_id, reference_block_document_id FROM below`)
}
