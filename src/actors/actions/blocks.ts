/** Blocks that actions use, with their secrets. */
import { ActionFailed } from '../../events/actions/failed.ts'
import { reasonOfRefusal } from '../../events/actions/reason.ts'
import type { Action } from '../../events/automations/actions.ts'
import type { ResourceLabels } from '../../events/event.ts'
import { isJsonObject, type JsonObject } from '../../values/json.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Api } from './api.ts'

export interface LoadedBlock {
  id: Uuid
  name: string
  /** The slug of its type. */
  slug: string
  capabilities: readonly string[]
  data: JsonObject
  related: ResourceLabels[]
}

export async function loadBlock(api: Api, id: Uuid, type: Action['type']): Promise<LoadedBlock> {
  const { status, body } = await api.ask('GET /block_documents/{id:uuid}', [id], undefined, 'include_secrets=true')
  if (status >= 300) throw new ActionFailed(reasonOfRefusal(type, status, body))
  const document = isJsonObject(body) ? body : {}
  const blockType = isJsonObject(document.block_type) ? document.block_type : {}
  const schema = isJsonObject(document.block_schema) ? document.block_schema : {}
  const slug = String(blockType.slug)
  const name = String(document.name)
  return {
    id,
    name,
    slug,
    capabilities: Array.isArray(schema.capabilities) ? schema.capabilities.map(String) : [],
    data: isJsonObject(document.data) ? document.data : {},
    related: [
      { 'prefect.resource.id': `prefect.block-document.${id}`, 'prefect.resource.role': 'block', 'prefect.resource.name': name },
      { 'prefect.resource.id': `prefect.block-type.${slug}`, 'prefect.resource.role': 'block-type' },
    ],
  }
}
