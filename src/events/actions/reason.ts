/** What an action's failure is put down to when the API refused it. Pure. */
import { pythonRepr, pythonStr } from '../../schema/python-str.ts'
import { isJsonObject, type Json } from '../../values/json.ts'
import type { Action } from '../automations/actions.ts'

export function reasonOfRefusal(type: Action['type'], status: number, body: Json): string {
  if (status !== 409 && status !== 422) return `Unexpected status from '${type}' action: ${status}`
  const detail = isJsonObject(body) ? (body.detail ?? null) : null
  const hasDetail = detail !== null && detail !== ''
  if (status === 422 || hasDetail) return `Validation error occurred for '${type}'${hasDetail ? ` - ${pythonStr(detail)}` : ''}`
  return `Conflict (409) occurred for '${type}' - ${pythonRepr(JSON.stringify(body))}`
}

/** Why a state change that was answered with 200 did not happen, or null when it did. */
export function refusedTransition(body: Json): string | null {
  const details = isJsonObject(body) && isJsonObject(body.details) ? body.details : null
  if (details?.type === 'accept_details') return null
  return details === null ? 'None' : pythonStr(details.reason ?? null)
}

/** A long text with its middle left out. */
export function truncatedTo(length: number, text: string): string {
  const characters = Array.from(text)
  if (characters.length <= length) return text
  const half = Math.floor(length / 2)
  const [beginning, end] = [characters.slice(0, half), characters.slice(-half)]
  const proposed = `${beginning.join('')}...${characters.length - 2 * half} additional characters...${end.join('')}`
  return Array.from(proposed).length < characters.length ? proposed : text
}
