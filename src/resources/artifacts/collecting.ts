/** The table artifact_collection: of each key the latest artifact, kept up to date with every change. */

import type { ResourceLabels } from '../../events/event.ts'
import { type ObjectAction, objectEvent } from '../../events/object-events.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto, updateTable } from '../../storage/statements.ts'
import { uuid7 } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { type ArtifactRow, type CollectionRow, selectArtifacts, selectCollections } from './queries.ts'

/** Makes an artifact the latest of its key. */
export async function collect(context: Context, artifact: ArtifactRow & { key: string }): Promise<void> {
  const { id, ...rest } = artifact
  const update = ['latest_id', 'type', 'description', 'data', 'metadata_', 'flow_run_id', 'task_run_id', 'updated']
  await context.tx.execute(
    insertInto('artifact_collection', { ...rest, id: uuid7(), latest_id: id }, { onConflict: { columns: ['key'], update } }),
  )
  const [collection] = await selectCollections(context.tx, sql`WHERE key = ${artifact.key}`)
  if (collection !== undefined) emit(context, collection.created.equals(collection.updated) ? 'created' : 'updated', collection)
}

/** An artifact goes: the one before it becomes the latest of the key, or the key goes too. */
export async function uncollect(context: Context, artifact: ArtifactRow): Promise<void> {
  const { tx } = context
  const [collection] = await selectCollections(tx, sql`WHERE key = ${artifact.key} AND latest_id = ${artifact.id}`)
  if (collection === undefined) return
  const [next] = await selectArtifacts(tx, sql`WHERE key = ${artifact.key} AND id <> ${artifact.id} ORDER BY created DESC LIMIT 1`)
  if (next === undefined) {
    emit(context, 'deleted', collection)
    await tx.execute(sql`DELETE FROM artifact_collection WHERE id = ${collection.id}`)
    return
  }
  const { id, key: _key, ...rest } = next
  await tx.execute(updateTable('artifact_collection', { ...rest, latest_id: id }, sql`id = ${collection.id}`))
  emit(context, 'updated', { ...collection, ...rest, latest_id: id })
}

function emit(context: Context, action: ObjectAction, collection: CollectionRow): void {
  const { id, key, type, data, description, latest_id, flow_run_id, task_run_id } = collection
  const related: ResourceLabels[] = [{ 'prefect.resource.id': `prefect.artifact.${latest_id}`, 'prefect.resource.role': 'latest' }]
  if (flow_run_id !== null) related.push({ 'prefect.resource.id': `prefect.flow-run.${flow_run_id}`, 'prefect.resource.role': 'flow-run' })
  if (task_run_id !== null) related.push({ 'prefect.resource.id': `prefect.task-run.${task_run_id}`, 'prefect.resource.role': 'task-run' })
  const payload = { key, type, data, description }
  context.emit(objectEvent({ kind: 'artifact-collection', action, id, name: key, payload, related }, context.now))
}
