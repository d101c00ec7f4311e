/** Who made an object: an automation says so in its requests' headers. */
import type { JsonObject } from '../values/json.ts'
import { isUuid } from '../values/uuid.ts'
import type { RequestHeaders } from './route.ts'

/** `created_by` of an object that this request makes; the automation's name comes in base64. */
export function createdBy(headers: RequestHeaders): JsonObject | null {
  const id = headers['prefect-automation-id']?.toLowerCase()
  const name = Buffer.from(headers['prefect-automation-name'] ?? '', 'base64').toString()
  return id !== undefined && isUuid(id) && name !== '' ? { id, type: 'AUTOMATION', display_value: name } : null
}

/** `updated_by` of an object that this request changes; here the reference takes the name as it came. */
export function updatedBy(headers: RequestHeaders): JsonObject | null {
  const id = headers['prefect-automation-id']?.toLowerCase()
  const name = headers['prefect-automation-name']
  return id !== undefined && isUuid(id) && name ? { id, type: 'AUTOMATION', display_value: name } : null
}
